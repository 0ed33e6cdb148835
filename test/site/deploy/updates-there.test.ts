/** Updates of the database on AWS, with docker/roles/backup as it is on the other side; its database is a file. */
import { access, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { aws } from '../../../src/io/aws/aws.ts';
import { updateThere } from '../../../src/site/deploy/updates-there.ts';
import { FakeAws } from '../../fakes/aws.ts';
import { type Sides, twoSides } from '../between/admin-machine.ts';

const one = '1'.repeat(64);
const two = '2'.repeat(64);
const three = '3'.repeat(64);

let fake: FakeAws;
let sides: Sides;
beforeAll(async () => {
  fake = await new FakeAws().start();
  for (const [name, value] of Object.entries(fake.env)) vi.stubEnv(name, value);
});
afterAll(async () => {
  await fake.stop();
  vi.unstubAllEnvs();
});
beforeEach(async () => {
  fake.s3.buckets.set('artifacts', new Map());
  sides = await twoSides(fake.url, { database: 'old' });
});

const stored = (key: string) => fake.s3.buckets.get('artifacts')?.get(key)?.bytes.toString() ?? '';
/** Of the database that the site has. */
const data = async () =>
  readFile(join(sides.folder, `db-${stored('data/site-database').split(' ')[0] || 'site'}`), 'utf8');
const fails = (text: string) => writeFile(join(sides.folder, 'update-fails'), text);

/** As `promote` asks, and the machine of that release looks. Returns what it says, and its error. */
async function ask(release: string, { undo = false, of = release } = {}): Promise<{ said: string; error: string }> {
  const bucket = await aws({ region: 'eu-west-1' }).bucket('artifacts');
  const said: string[] = [];
  let ended = false;
  const stop = new AbortController();
  const events = async () => {
    const all = updateThere(await sides.context(stop.signal), { name: 'production', bucket }, { release, undo });
    for await (const event of all) if (event.type === 'notice') said.push(event.text);
  };
  const asking = events()
    .then(() => '')
    .catch((error: Error) => error.message)
    .finally(() => {
      ended = true;
    });
  while (!ended) {
    if (fake.s3.keys('artifacts').some((key) => key.startsWith('requests/'))) {
      await sides.look({ release: of });
      if (of !== release) stop.abort();
    }
    await setTimeout(10);
  }
  return { said: said.join('\n'), error: await asking };
}

test('made once for a release, after a backup; a stopped promote asks again', async () => {
  const { said, error } = await ask(one);
  expect([error, said]).toEqual([
    '',
    expect.stringMatching(/^Its database was updated; the backup of before is \d{8}T/),
  ]);
  expect(await data()).toBe('old+1');
  expect((await ask(one)).said).toBe(said);
  expect(await data()).toBe('old+1');
  await rm(join(sides.folder, 'update-pending'));
  expect(await ask(two)).toEqual({ said: '', error: '' });
  expect([await data(), stored('data/updated').split('\n')[1]]).toEqual(['old+1', `${two} -`]);
});

test('a machine of another release leaves it, and nobody makes it later', async () => {
  expect((await ask(one, { of: two })).error).not.toBe('');
  expect([await data(), fake.s3.keys('artifacts')]).toEqual(['old', []]);
});

test('one that fails in the middle: the data of before, and it can be asked again', async () => {
  await ask(one);
  await fails('half');
  const { error } = await ask(two);
  expect(error).toMatch(/an update of the database failed, so the data is that of the backup \d{8}T\d{6}Z again/);
  expect([await data(), stored('data/updated')]).toEqual(['old+1', expect.stringMatching(/^1+ \d{8}T\d{6}Z\n$/)]);
  await rm(join(sides.folder, 'update-fails'));
  expect((await ask(two)).error).toBe('');
  expect(await data()).toBe('old+1+1');
});

test('killed in the middle: it goes on, and the way back is the backup that it had made', async () => {
  await fails('hangs');
  const asking = ask(one);
  const begun = join(sides.folder, 'update-begun');
  while (
    !(await access(begun).then(
      () => true,
      () => false,
    ))
  )
    await setTimeout(10);
  await fails('half');
  await sides.kill();
  expect((await asking).error).toContain('failed');
  expect(await data()).toBe('old');
});

test('undone: the data of before all updates since that release', async () => {
  for (const release of [one, two, three]) {
    await ask(release);
    await setTimeout(1000); // a backup's name has seconds
  }
  expect((await ask(one, { undo: true })).said).toMatch(/^Its data is that of \d{8}T\d{6}Z\.$/);
  expect([await data(), stored('data/updated').trim().split('\n').length]).toEqual(['old+1', 1]);
  expect((await ask(three, { undo: true })).error).toContain('no backup is known to be of its time');
});
