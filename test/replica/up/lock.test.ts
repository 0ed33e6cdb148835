/** bootdev.lock: written by the first `up`, kept by every later one, the same machines on another computer. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { formatLock, parseLock } from '../../../src/images/lock/lock.ts';
import { rehearsal } from '../../../src/replica/rehearsal.ts';
import { planUpgrade, upgrade } from '../../../src/replica/up/upgrade.ts';
import { debs } from '../../fakes/engine/client.ts';
import { light, newReplica, only, play, type Replica } from '../replica.ts';

const file = ({ dir }: Replica) => join(dir, 'bootdev.lock');
const lockOf = (replica: Replica) => readFile(file(replica), 'utf8');
const tagsOf = ({ engine }: Replica) => [...new Set(engine.containers.map(({ service }) => service.image))].sort();
const builds = ({ engine }: Replica) => engine.did.filter((it) => it.startsWith('build'));

async function started() {
  const replica = await newReplica();
  expect((await replica.up()).error).toBeUndefined();
  return replica;
}

it('is written when the images are built; the next up asks no image, and changes nothing', async () => {
  const replica = await started();
  const { rows } = parseLock(await lockOf(replica));
  expect(rows.map(({ name, images }) => `${name} ${images}`)).toEqual(
    ['admin', 'base', 'debian', 'lb', 'mail', 'memcached', 'mysql', 's3', 'web'].map((name) => `${name} ${name}`),
  );
  replica.engine.asked.length = 0;
  replica.engine.did.length = 0;
  const text = await lockOf(replica);
  const { events } = await replica.up();
  expect(only(events, 'step')).toEqual([]);
  expect([replica.engine.asked, replica.engine.did]).toEqual([[], []]);
  expect(await lockOf(replica)).toBe(text);
});

it('a clone has the same images, whatever its mirror has by now', async () => {
  const [one, other] = [await started(), await newReplica()];
  await writeFile(file(other), await lockOf(one));
  other.engine.packages.set('loader', debs({ never: '1' }));
  expect((await other.up()).error).toBeUndefined();
  expect(tagsOf(other)).toEqual(tagsOf(one));
  expect(await lockOf(other)).toBe(await lockOf(one));
});

it('another folder without a lock leaves the tags where they are: machines run from them', async () => {
  const [one, other] = [await started(), await newReplica()];
  for (const tag of tagsOf(one)) other.engine.images.set(tag, `sha256:of ${one.dir}`);
  expect((await other.up()).error).toBeUndefined();
  expect(tagsOf(other)).toEqual(tagsOf(one));
  expect(new Set(tagsOf(one).map((tag) => other.engine.images.get(tag)))).toEqual(new Set([`sha256:of ${one.dir}`]));
});

it('an image that came out otherwise is not used, and the lock stays', async () => {
  const [one, other] = [await started(), await newReplica()];
  await writeFile(file(other), await lockOf(one));
  other.engine.packages.set('web', debs({ web: '1.0-2', more: '1' }));
  const { error } = await other.up();
  expect(error?.message).toBe(
    'The image web is not what bootdev.lock says, and is not used.\n    more none → 1\n    web 1.0-1 → 1.0-2',
  );
  expect(error?.hint).toMatch(/^bootdev upgrade/);
  expect([...other.engine.images.keys()].filter((tag) => tag.startsWith('bootdev/web:'))).toEqual([]);
  expect(other.engine.containers).toEqual([]);
  expect(await lockOf(other)).toBe(await lockOf(one));
});

it('a machine that comes later gets its rows; no other image changes', async () => {
  const replica = await started();
  const before = tagsOf(replica);
  await replica.settings('files: { store: volume }\n');
  replica.engine.asked.length = 0;
  expect((await replica.up()).error).toBeUndefined();
  expect(replica.engine.asked).toEqual(['solr']);
  expect(tagsOf(replica)).toEqual(expect.arrayContaining(before));
  expect(parseLock(await lockOf(replica)).rows.find(({ name }) => name === 'solr')?.images).toEqual(['solr']);
});

it.each([
  ['half of it', (text: string) => text.slice(0, 700), 'is not whole'],
  ['a merge', (text: string) => `<<<<<<< HEAD\n${text}=======\n${text}>>>>>>> x\n`, 'marks of a merge'],
  ['another word', (text: string) => text.replace('1.0-1', '1.0-9'), 'was changed by hand'],
])('%s: nothing is built, and there is a command to type', async (_, damage, words) => {
  const replica = await started();
  await writeFile(file(replica), damage(await lockOf(replica)));
  replica.engine.did.length = 0;
  const { error } = await replica.up();
  expect(error?.message).toContain(words);
  expect(error?.hint).toContain('git checkout');
  expect(replica.engine.did).toEqual([]);
});

it('a build that apt was told no in says what it is about', async () => {
  const replica = await newReplica();
  replica.engine.brokenBuilds.set('web', [
    '#9 4.2 bootdev.lock: nginx is 1.26.3-3 there, and the mirror has 1.26.3-4',
    '#9 4.3 E: Sub-process bash /usr/local/lib/bootdev-lock/check returned an error code (1)',
  ]);
  const { error } = await replica.up();
  expect(error?.message).toBe(
    'The image web was not built: its packages are not those of bootdev.lock.\n    nginx is 1.26.3-3 there, and the mirror has 1.26.3-4',
  );
  expect(error?.hint).toMatch(/^bootdev upgrade/);
});

const newer = (replica: Replica) => replica.engine.packages.set('web', debs({ web: '1.0-2' }));

it('upgrade says what is newer and what promote would replace, and changes nothing before a yes', async () => {
  const replica = await started();
  newer(replica);
  const before = await lockOf(replica);
  const { result, error } = await play(planUpgrade(await replica.open()));
  expect(error).toBeUndefined();
  expect(result?.isNew).toBe(true);
  expect(result?.text).toBe('  web  1.0-1 → 1.0-2  (web)\nThe next promote replaces on AWS: web (web).');
  expect(await lockOf(replica)).toBe(before);
});

it('upgrade builds only what changes; until the next up, a replica of the old packages is not rehearsed', async () => {
  const replica = await started();
  newer(replica);
  const { result } = await play(planUpgrade(await replica.open()));
  if (!result) return expect.unreachable();
  replica.engine.did.length = 0;
  expect((await play(upgrade(await replica.open(), result))).error).toBeUndefined();
  expect(builds(replica)).toEqual(['build web']);
  expect(parseLock(await lockOf(replica)).rows.find(({ name }) => name === 'web')?.version).toBe('1.0-2');
  const context = await replica.open();
  const root = context.state.rehearsed ?? '';
  expect(await rehearsal(context, { root })).toMatchObject({
    done: false,
    text: 'web-1 runs other packages than bootdev.lock has',
    hint: 'bootdev up',
  });
  expect((await replica.up()).error).toBeUndefined();
  expect(await rehearsal(await replica.open(), { root })).toMatchObject({ done: true });
});

it('upgrade where the lock’s images cannot be made any more takes the packages of today', async () => {
  const [one, other] = [await started(), await newReplica()];
  await writeFile(file(other), await lockOf(one));
  other.engine.brokenBuilds.set('web', ['bootdev.lock: web is 1.0-1 there, and the mirror has 1.0-2']);
  expect((await other.up()).error?.hint).toMatch(/^bootdev upgrade/);
  other.engine.brokenBuilds.clear();
  newer(other);
  const { result } = await play(planUpgrade(await other.open()));
  if (!result) return expect.unreachable();
  expect((await play(upgrade(await other.open(), result))).error).toBeUndefined();
  expect(parseLock(await lockOf(other)).rows.find(({ name }) => name === 'web')?.version).toBe('1.0-2');
  expect((await other.up()).error).toBeUndefined();
});

it('nothing newer: nothing to ask', async () => {
  const replica = await started();
  expect((await play(planUpgrade(await replica.open()))).result?.isNew).toBe(false);
});

it('a lock of the other architecture gets rows of this one', async () => {
  const replica = await newReplica(light);
  const arm = { architecture: 'arm64', name: 'web', version: '7', sha256: '-', images: ['web'] } as const;
  await writeFile(file(replica), formatLock({ written: [], rows: [arm] }));
  expect((await replica.up()).error).toBeUndefined();
  const { rows } = parseLock(await lockOf(replica));
  expect(
    rows.filter(({ name }) => name === 'web').map(({ architecture, version }) => `${architecture} ${version}`),
  ).toEqual(['amd64 1.0-1', 'arm64 7']);
  await rm(file(replica));
});
