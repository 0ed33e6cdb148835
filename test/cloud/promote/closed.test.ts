/** A site on AWS begins closed, and is opened after its front page was seen. From the built program; visitors pass the deployed function. */
import { createHash } from 'node:crypto';
import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { changeTemplate, from, installProgram, lines, type Site, screen, site, yes } from './site.ts';

installProgram('cfn');

const edge = 'shop-production-edge';
const opening = ['open-site', '--yes'];

async function shipped() {
  const made = await site();
  made.aws.cloudformation.pageSize = 100;
  return made;
}

const keyFile = ({ dir }: Site) => join(dir, '.bootdev', 'production', 'site-key');
const keyOf = async (made: Site) => (await readFile(keyFile(made), 'utf8')).trim();
const digest = (text: string) => createHash('sha256').update(text).digest('hex');

async function visit({ aws }: Site, key?: string) {
  const answer = await fetch(aws.url, {
    redirect: 'manual',
    headers: key ? { cookie: `bootdev-key=${key}` } : {},
  });
  return answer.status;
}

test('closed from its creation until it is opened; the key is nowhere but in its file', async () => {
  const made = await shipped();
  const { run, aws } = made;
  const planned = await run(['promote', '--unrehearsed', '--plan']);
  expect(planned.stdout).toMatch(/closed: visitors get a page and 503/);
  const ran = await run(yes);
  expect(ran.code, ran.stderr).toBe(0);
  const key = await keyOf(made);
  expect((await stat(keyFile(made))).mode & 0o777).toBe(0o600);
  expect(aws.stack(edge).parameters.ClosedBy).toBe(digest(key));
  expect([await visit(made), await visit(made, 'another'), await visit(made, key)]).toEqual([503, 503, 200]);
  expect(aws.siteCookies).toEqual([]);
  expect(from(ran.stderr, '! http')).toMatchInlineSnapshot(`
    "! http://HOST/ is closed: visitors get a page and 503.
      bootdev open-site   (when its data is there)"
  `);

  const events = JSON.stringify(aws.stack(edge).events);
  for (const said of [ran.stdout, ran.stderr, planned.stdout, events, aws.stack(edge).body])
    expect(said).not.toContain(key);
  expect(JSON.stringify([...aws.cloudformation.resources()])).not.toContain(key);
  const address = await run(['open-site', '--address']);
  expect(address.stdout).toBe(`${aws.url}/#bootdev-key=${key}`);

  expect((await run(['open-site'])).code).toBe(2);
  const opened = await run(opening);
  expect(opened.code, opened.stderr).toBe(0);
  expect(screen(opened.stderr)).toMatchInlineSnapshot(`
    "✓ the front page of http://HOST/ is the site's
    bootdev open · shop-production · 1 stack
    ● 58 edge working
    ✓ 58 edge · listener rule OwnEdge done  N s
    ✓ 58 edge · CloudFront function Door done  N s
    ✓ 58 edge · CloudFront function MediaDoor done  N s
    ● 58 edge removing old resources
    ✓ 58 edge · listener rule Closed deleted  N s
    ✓ 58 edge done  N s
    ✓ visitors see http://HOST/
    http://HOST/ is open."
  `);
  expect(await visit(made)).toBe(200);
  const [artifacts = ''] = [...aws.s3.buckets.keys()].filter((name) => name.includes('artifact'));
  expect(aws.s3.keys(artifacts).filter((name) => name.startsWith('locks/'))).toEqual([]);
  expect((await run(opening)).stdout).toBe(`${aws.url}/ is open.`);
  // It stays open, also when something else is changed.
  const again = await run([...yes, '--set', 'balancer.sticky=cookie']);
  expect(again.code, again.stderr).toBe(0);
  expect(again.stdout + again.stderr).not.toContain('closed');
  expect(await visit(made)).toBe(200);
});

test('what is not the site stays closed: installers, another address, a circle, an error', async () => {
  const made = await shipped();
  const { run, aws } = made;
  expect((await run(yes)).code).toBe(0);
  const refusals: string[] = [];
  const ask = async () => {
    const refused = await run(opening);
    expect([refused.code, await visit(made)]).toEqual([1, 503]);
    refusals.push(from(refused.stderr, 'bootdev: ').split('\n')[0] ?? '');
  };
  aws.site = 500;
  await ask();
  aws.site = 200;
  for (aws.siteLeadsTo of ['/wp-admin/install.php', '/core/install.php?langcode=de', 'https://old.example.org/', '/'])
    await ask();
  expect(refusals.join('\n')).toMatchInlineSnapshot(`
    "bootdev: The site stays closed: the front page answers 500.
    bootdev: The site stays closed: the site is not installed: its own installer answers.
    bootdev: The site stays closed: the site is not installed: its own installer answers.
    bootdev: The site stays closed: the front page leads to https://old.example.org/.
    bootdev: The site stays closed: the front page redirects in a circle, last to /."
  `);
  const forced = await run([...opening, '--unseen']);
  expect(forced.code, forced.stderr).toBe(0);
  expect(await visit(made)).toBe(302);
});

test('a computer without the key: said, and another key is made, which the first computer does not have', async () => {
  const made = await shipped();
  const { run } = made;
  expect((await run(yes)).code).toBe(0);
  const first = await keyOf(made);
  await rm(keyFile(made));
  // Health sees the door alone, and that is said.
  const again = await run([...yes, '--set', 'cache.ttl=33']);
  expect(again.code, again.stderr).toBe(0);
  // How long it took is said from a twentieth of a second on.
  expect(lines(again.stderr, /door/)).toMatch(/^✓ the door of the closed site answers at http:\/\/HOST\/(?: {2}N s)?$/);
  for (const args of [opening, ['open-site', '--address']]) {
    const ran = await run(args);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('bootdev open-site --new-key makes another one');
  }
  const closed = await run([...opening, '--new-key']);
  expect(closed.code, closed.stderr).toBe(0);
  expect([await visit(made, first), await visit(made, await keyOf(made))]).toEqual([503, 200]);
});

/** As bootdev made it before there was a door. */
const older = (text: string) =>
  text
    .replace(/\n {2}ClosedBy:\n(?: {4}.*\n)+/, '\n')
    .replace(/IsClosed: .*/, 'IsClosed: !Equals [open, closed]')
    .replaceAll('!Ref ClosedBy', 'none')
    .replaceAll(/\$\{ClosedBy\}/g, '')
    .replace("'x-bootdev-closed': { value: 'yes' },", '');

test('a site that was there before has no door: an upgrade does not close it', async () => {
  const made = await shipped();
  const { run, aws } = made;
  let current = '';
  await changeTemplate('58-edge.yaml', (text) => {
    current = text;
    return older(text);
  });
  expect((await run(yes)).code).toBe(0);
  expect(aws.stack(edge).parameters.ClosedBy).toBeUndefined();
  expect(from((await run([...opening, '--new-key'])).stderr, 'bootdev: ')).toMatchInlineSnapshot(`
    "bootdev: 58 edge was made by an older bootdev, and has no door that closes.
      → bootdev promote updates it; it stays open"
  `);
  await changeTemplate('58-edge.yaml', () => current);
  const upgraded = await run(yes);
  expect(upgraded.code, upgraded.stderr).toBe(0);
  expect(aws.stack(edge).parameters.ClosedBy).toBe('');
  expect(await visit(made)).toBe(200);
});

test('before there is a site, and while it is being changed', async () => {
  const { run, aws } = await shipped();
  expect(from((await run(opening)).stderr, 'bootdev: ')).toMatchInlineSnapshot(`
    "bootdev: shop-production has no site on AWS yet.
      → bootdev promote"
  `);
  expect((await run(yes)).code).toBe(0);
  aws.stack(edge).status = 'UPDATE_IN_PROGRESS';
  expect(from((await run(opening)).stderr, 'bootdev: ')).toMatchInlineSnapshot(`
    "bootdev: 58 edge is being changed (UPDATE_IN_PROGRESS).
      → bootdev watch"
  `);
});
