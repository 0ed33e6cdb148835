import { expect, it } from 'vitest';
import type { MachineStatus } from '../../src/events.ts';
import { status } from '../../src/replica/status.ts';
import { up } from '../../src/replica/up/up.ts';
import { light, newReplica, only, play, type Replica } from './replica.ts';

async function look({ open }: Replica, options: Parameters<Replica['open']>[0] = {}) {
  const { events, result } = await play(status(await open(options)));
  const [seen] = only(events, 'status');
  if (!seen) throw new Error('status said nothing');
  const named = (name: string) => seen.status.machines.find((machine) => machine.name === name) as MachineStatus;
  return { healthy: result, named, all: seen.status };
}

it('has every machine, its address and the digests', async () => {
  const replica = await newReplica();
  await replica.up();
  const { healthy, named, all } = await look(replica);
  expect(healthy).toBe(true);
  expect(all.machines.map(({ name }) => name)).toEqual([
    ...['lb', 'web-1', 'web-2', 'admin', 'mysql', 'memcached-1', 'memcached-2', 's3', 'mail'],
  ]);
  expect(all.root).toBe((await replica.open()).state.rehearsed);
  expect(named('lb')).toMatchObject({ state: 'healthy', url: 'https://shop.localhost:8443' });
  expect(named('web-2').digest).toBe(named('web-2').desired);
  expect(all.notes).toBeUndefined();
});

it('says what is missing before the first up', async () => {
  const { healthy, named } = await look(await newReplica());
  expect(healthy).toBe(false);
  expect(named('web-1')).toMatchObject({ state: 'missing', text: 'not there: bootdev up', programs: [] });
});

it('names the file that somebody changed, on that machine only', async () => {
  const replica = await newReplica();
  await replica.up();
  replica.engine.machine('web-2').machine?.live.set('etc/nginx/extra.conf', { mode: '0644', bytes: Buffer.from(' ') });
  const { healthy, named } = await look(replica);
  expect(healthy).toBe(false);
  expect(named('web-2')).toMatchObject({ state: 'differs', text: 'changed on the machine: etc/nginx/extra.conf:1' });
  expect(named('web-1').state).toBe('healthy');
});

it("is what the engine's last checks heard, with its age, where that is as it should be: no machine is asked", async () => {
  const replica = await newReplica();
  await replica.up();
  expect((await look(replica)).named('web-1').age).toBe(0);
  replica.engine.time += 40_000;
  await look(replica);
  for (const { name } of (await look(replica)).all.machines) replica.engine.busy.set(name, 1);
  replica.engine.time += 5_000;
  const { healthy, named } = await look(replica);
  expect(healthy).toBe(true);
  expect(named('web-1')).toMatchObject({ state: 'healthy', programs: [{ name: 'web', up: true }] });
  expect(named('web-1').age).toBeGreaterThan(5);
  // What was wrong at the last check is seen as it is now.
  replica.engine.busy.clear();
  replica.engine.unhealthy.add('web-1');
  replica.engine.time += 30_000;
  expect((await look(replica)).named('web-1')).toMatchObject({ state: 'unhealthy', age: 0 });
  replica.engine.unhealthy.clear();
  expect((await look(replica)).named('web-1')).toMatchObject({ state: 'healthy', age: 0 });
});

it('says which machine stopped, which is busy, and where another bundle is active', async () => {
  const replica = await newReplica();
  await replica.up();
  replica.engine.time += 40_000;
  await look(replica);
  replica.engine.time += 30_000;
  const { machine } = replica.engine.machine('mail');
  replica.engine.kill('mail');
  replica.engine.unhealthy.add('admin').add('web-1');
  replica.engine.busy.set('web-1', 1);
  const { named } = await look(replica);
  expect(named('mail')).toMatchObject({ state: 'stopped', text: 'stopped by hand: bootdev up starts it' });
  expect(named('web-1')).toMatchObject({ state: 'unhealthy', programs: [] });
  expect(named('web-1').digest).toBeUndefined();
  expect(named('admin')).toMatchObject({ state: 'unhealthy', text: 'down: admin' });
  replica.engine.unhealthy.clear();
  Object.assign(replica.engine.machine('mail'), { state: 'running', machine });
  await replica.settings('search: { engine: none }\nfiles: { store: volume }\ncache: { ttl: 7 }\n');
  const { named: later } = await look(replica);
  expect(later('web-1')).toMatchObject({ state: 'differs', text: 'another bundle is active: bootdev up' });
  expect(later('mail').state).toBe('healthy');
});

it('says each time that files are on a plain volume where the settings ask for GlusterFS', async () => {
  const replica = await newReplica('search: { engine: none }\n');
  replica.engine.canMount = false;
  await replica.up();
  expect((await look(replica)).all.notes).toEqual([expect.stringContaining('Files are on a plain volume')]);
});

it('goes on with what up was told, and says that it is in no file (E11)', async () => {
  const replica = await newReplica();
  const asTold = { asTold: true };
  await play(up(await replica.open({ set: ['cache.ttl=60', 'memcached.count=1'] })));
  const { healthy, all, named } = await look(replica, asTold);
  expect(healthy).toBe(true);
  expect(all.notes).toEqual([
    'With --set cache.ttl=60 --set memcached.count=1, as the last up was told; in no file, so bootdev up alone ends it.',
  ]);
  expect(named('memcached-2')).toBeUndefined();
  // What is said now counts more, and what a file says is no longer only told.
  expect((await look(replica, { ...asTold, set: ['cache.ttl=61'] })).named('web-1').state).toBe('differs');
  await replica.settings(`${light}cache: { ttl: 60 }\nmemcached: { count: 1 }\n`);
  expect((await look(replica, asTold)).all.notes).toBeUndefined();
  // What no longer fits the files is over, and so is all of it with the next up.
  await replica.settings(light);
  await play(up(await replica.open({ set: ['web.memory=1024', 'php.memoryLimit=800'] })));
  expect((await look(replica, asTold)).healthy).toBe(true);
  await replica.settings(`${light}php: { uploadLimit: 801, memoryLimit: 810 }\nweb: { memory: 1024 }\n`);
  expect((await look(replica, asTold)).named('web-1').state).toBe('differs');
  await replica.settings(light);
  await replica.up();
  expect((await look(replica, asTold)).all.notes).toBeUndefined();
  expect((await replica.open()).state.told).toBeUndefined();
});

it('watches until it is stopped', async () => {
  const replica = await newReplica();
  await replica.up();
  const watching = status(await replica.open(), { watch: true });
  for (let times = 0; times < 3; times++) expect((await watching.next()).value).toMatchObject({ type: 'status' });
  replica.stop.abort();
  expect(await watching.next()).toEqual({ done: true, value: true });
});
