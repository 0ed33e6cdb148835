import { describe, expect, test, vi } from 'vitest';
import { readFolder } from '../../src/io/folder.ts';
import { readApplications } from '../../src/project/applications.ts';
import type { WizardState } from '../../src/wizard/answers.ts';
import { Wizard } from '../../src/wizard/Wizard.tsx';
import { keys, renderAt } from '../screen/terminal.tsx';

const applications = readApplications(await readFolder('docker'));
const open = (columns = 80, rows = 24, onEnd: (state: WizardState) => void = () => undefined) =>
  renderAt(columns, rows, <Wizard folderName="shop" applications={applications} onEnd={onEnd} />);

test('the name, 80×24', async () => {
  expect((await open()).frame()).toMatchInlineSnapshot(`
    " bootdev · new site                                          step 1 of 7 · name
     ──────────────────────────────────────────────────────────────────────────────
      Name         ▏shop                              Why
                                                      Machines, volumes and later
                                                      the stacks on AWS are named
                                                      after it, and the site is at
                                                      <name>.localhost. Two
                                                      projects may have the same
                                                      name: each folder has its own
                                                      machines.


            visitors ─▸ lb ─┬─▸ web 1 ─┬─▸ mysql
                            └─▸ web 2 ─┼─▸ memcached 1 2
                                admin ─┼─▸ solr
                                       ├─▸ gluster 1 2
                                       ├─▸ s3
                                       └─▸ mail

     ──────────────────────────────────────────────────────────────────────────────
      type, Ctrl-U clear  Enter continue  Ctrl-C cancel"
  `);
});

test('a name that is not valid, 80×24', async () => {
  const { frame, press } = await open();
  await press('My Shop', keys.enter);
  expect(frame()).toMatchInlineSnapshot(`
    " bootdev · new site                                          step 1 of 7 · name
     ──────────────────────────────────────────────────────────────────────────────
      Name         My Shop▏                           Why
        must be a name of a-z, 0-9 and "-",           Machines, volumes and later
        beginning with a letter, at most 31; type:    the stacks on AWS are named
        my-shop                                       after it, and the site is at
                                                      <name>.localhost. Two
                                                      projects may have the same
                                                      name: each folder has its own
                                                      machines.


            visitors ─▸ lb ─┬─▸ web 1 ─┬─▸ mysql
                            └─▸ web 2 ─┼─▸ memcached 1 2
                                admin ─┼─▸ solr
                                       ├─▸ gluster 1 2
                                       ├─▸ s3
                                       └─▸ mail

     ──────────────────────────────────────────────────────────────────────────────
      type, Ctrl-U clear  Enter continue  Ctrl-C cancel"
  `);
});

test('the application and its code, 80×24', async () => {
  const { frame, press } = await open();
  await press(keys.enter, keys.down, keys.tab, 'site', keys.tab);
  expect(frame()).toMatchInlineSnapshot(`
    " bootdev · new site                                   step 2 of 7 · application
     ──────────────────────────────────────────────────────────────────────────────
      Application                                     Why
        Sample site       shows every part working    The application decides
      ❯ Backdrop                                      nginx' rules, cron and how
        Drupal            10 and 11                   the site gets its database
        Drupal 7                                      settings. The sample site
        WordPress                                     tests every machine with real
        Other PHP         with one front controller   requests; you can add your
                                                      own code later.
      Code         site
      Docroot      ▏all of it; or web, public …
            visitors ─▸ lb ─┬─▸ web 1 ─┬─▸ mysql
                            └─▸ web 2 ─┼─▸ memcached 1 2
                                admin ─┼─▸ solr
                                       ├─▸ gluster 1 2
                                       ├─▸ s3
                                       └─▸ mail

     ──────────────────────────────────────────────────────────────────────────────
      type, Ctrl-U clear  Tab next field  Enter continue  Esc back  Ctrl-C cancel"
  `);
});

test('the region, 120×40', async () => {
  const { frame, press } = await open(120, 40);
  await press(keys.enter, keys.enter, keys.enter, keys.enter, keys.enter, keys.down, keys.down);
  expect(frame()).toMatchInlineSnapshot(`
    " bootdev · new site                                                               step 6 of 7 · AWS
     ──────────────────────────────────────────────────────────────────────────────────────────────────
      Region                                                      Why
        Later                                                     Where the same machines will run
        eu-central-1      Frankfurt                               later: choose a region near your
      ❯ eu-west-1         Ireland                                 visitors. Nothing is created on AWS
        us-east-1         Virginia                                now, AWS is not contacted, and
        us-west-2         Oregon                                  nothing costs money. For any other
        ap-southeast-1    Singapore                               region, set aws.region in
        ap-southeast-2    Sydney                                  bootdev.yaml.


            visitors ─▸ lb ─┬─▸ web 1 ─┬─▸ mysql
                            └─▸ web 2 ─┼─▸ memcached 1 2
                                admin ─┼─▸ solr
                                       ├─▸ gluster 1 2
                                       ├─▸ s3
                                       └─▸ mail

     ──────────────────────────────────────────────────────────────────────────────────────────────────
      ↑↓ choose  Enter continue  Esc back  Ctrl-C cancel"
  `);
});

test('a large site is drawn with three web machines', async () => {
  const { frame, press } = await open();
  await press(keys.enter, keys.enter, 'j', 'j');
  expect(frame()).toContain('└─▸ web 3 ─┼─▸ solr');
});

test('what the code asks for and machines do not have, before it is written', async () => {
  const unmet = [
    { text: 'PHP 7.4 (.ddev/config.yaml): the machines have PHP 8.4.', hint: 'bring the code to PHP 8 first' },
  ];
  const detected = { unmet };
  const wizard = <Wizard folderName="shop" applications={applications} detected={detected} onEnd={() => undefined} />;
  const { frame, press } = await renderAt(80, 24, wizard);
  await press(...Array(6).fill(keys.enter));
  expect(frame()).toMatchInlineSnapshot(`
    " bootdev · new site                                        step 7 of 7 · review
     ──────────────────────────────────────────────────────────────────────────────
      Review                                          Why
        Name         shop                             Machines do not have all that
        Address      shop.localhost                   the code asks for. PHP 7.4
        Application  sample site                      (.ddev/config.yaml): the
        Size         small                            machines have PHP 8.4.
        Database     mysql
        Search       solr
        Files        gluster
        AWS region   later

            visitors ─▸ lb ─┬─▸ web 1 ─┬─▸ mysql
                            └─▸ web 2 ─┼─▸ memcached 1 2
                                admin ─┼─▸ solr
                                       ├─▸ gluster 1 2
                                       ├─▸ s3
                                       └─▸ mail

     ──────────────────────────────────────────────────────────────────────────────
      Enter write bootdev.yaml  Esc back  Ctrl-C cancel"
  `);
});

test('the review, 80×24', async () => {
  const { frame, press } = await open();
  await press(keys.enter, keys.down, keys.enter, keys.enter, keys.enter, keys.enter, keys.down, keys.enter);
  expect(frame()).toMatchInlineSnapshot(`
    " bootdev · new site                                        step 7 of 7 · review
     ──────────────────────────────────────────────────────────────────────────────
      Review                                          Why
        Name         shop                             Enter writes bootdev.yaml,
        Address      shop.localhost                   with only what differs from
        Application  backdrop, code in this folder    the defaults. Commit it: the
        Size         small                            same file creates the same
        Database     mysql                            machines for everybody. You
        Search       solr                             can change it at any time;
        Files        gluster                          bootdev up applies the
        AWS region   eu-central-1                     changes to the machines.

            visitors ─▸ lb ─┬─▸ web 1 ─┬─▸ mysql
                            └─▸ web 2 ─┼─▸ memcached 1 2
                                admin ─┼─▸ solr
                                       ├─▸ gluster 1 2
                                       ├─▸ s3
                                       └─▸ mail

     ──────────────────────────────────────────────────────────────────────────────
      Enter write bootdev.yaml  Esc back  Ctrl-C cancel"
  `);
});

describe('ends', () => {
  test('confirmed by Enter alone', async () => {
    const end = vi.fn();
    const { press } = await open(80, 24, end);
    await press(...Array<string>(7).fill(keys.enter));
    await vi.waitFor(() => expect(end).toHaveBeenCalledOnce(), { timeout: 10_000 });
    expect(end.mock.calls[0]?.[0]).toMatchObject({ outcome: 'confirmed' });
  });

  test('cancelled at any step; Esc goes back', async () => {
    const end = vi.fn();
    const { frame, press } = await open(80, 24, end);
    await press(keys.enter, keys.enter, keys.escape);
    expect(frame()).toContain('step 2 of 7');
    await press(keys.ctrlC);
    await vi.waitFor(() => expect(end).toHaveBeenCalledOnce(), { timeout: 10_000 });
    expect(end.mock.calls[0]?.[0]).toMatchObject({ outcome: 'cancelled' });
  });
});

test.each([
  [80, 24],
  [120, 40],
  [80, 16],
  [60, 12],
  [40, 8],
])('no step fills %i×%i', async (columns, rows) => {
  const { frame, press } = await open(columns, rows);
  for (let step = 1; step <= 7; step++) {
    if (step === 2) await press(keys.down, keys.tab);
    const lines = frame().split('\n');
    expect(frame()).toContain(`step ${step} of 7`.slice(0, columns < 60 ? 0 : undefined));
    expect(lines.length).toBeLessThan(rows);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    await press(keys.enter);
  }
});

test('the reason fits beside the choices at 80×24: none is cut off', async () => {
  const { frame, press } = await open();
  for (let step = 1; step <= 7; step++) {
    const below = frame().split('\n').slice(3);
    const why = below
      .slice(
        0,
        below.findIndex((line) => /visitors ─|───/.test(line)),
      )
      .map((line) => line.slice(50).trim());
    expect(why.filter(Boolean).at(-1)).toMatch(/\.$/);
    await press(keys.enter);
  }
});
