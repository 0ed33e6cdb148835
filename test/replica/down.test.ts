import { expect, it } from 'vitest';
import { down } from '../../src/replica/down.ts';
import { light, newReplica, only, play } from './replica.ts';

const volumes = ({ engine }: Awaited<ReturnType<typeof newReplica>>) =>
  [...engine.volumes.values()].map(({ key }) => key).sort();

it('stops and removes every machine; data stays, and up goes on with it', async () => {
  const replica = await newReplica();
  await replica.up();
  const before = volumes(replica);
  const { events, error } = await play(down(await replica.open()));
  expect(error).toBeUndefined();
  expect(replica.engine.containers).toEqual([]);
  expect(volumes(replica)).toEqual(before);
  expect(only(events, 'step').map(({ text, state }) => `${text}: ${state}`)).toEqual([
    'stop machines: start',
    'stop machines: done',
  ]);
  expect(events.at(-1)).toMatchObject({ type: 'done', text: 'Stopped; its data is kept.' });
  expect((await replica.up()).error).toBeUndefined();
});

it('deletes all data with `volumes`, also that of a database that the settings no longer have', async () => {
  const replica = await newReplica();
  await replica.up();
  await replica.settings(`${light}database: { engine: mariadb }\n`);
  await replica.up(undefined, { newDatabase: true });
  expect(volumes(replica)).toEqual(expect.arrayContaining(['mysql-9.7', 'mariadb-11.8']));
  const { events } = await play(down(await replica.open(), { volumes: true }));
  expect(volumes(replica)).toEqual([]);
  expect(events.at(-1)).toMatchObject({ text: 'Stopped; its data is deleted.' });
});

it('is done where the engine keeps an empty network, and says so', async () => {
  const replica = await newReplica();
  await replica.up();
  replica.engine.keepsNetwork = true;
  const { events, error } = await play(down(await replica.open(), { volumes: true }));
  expect(error).toBeUndefined();
  expect(only(events, 'notice').map(({ text }) => text)).toEqual([expect.stringContaining('keeps the empty network')]);
  expect(volumes(replica)).toEqual([]);
});

it('touches nothing of another project', async () => {
  const replica = await newReplica();
  await replica.up();
  const other = { ...replica.engine.machine('lb'), project: 'another', name: 'another-lb-1' };
  replica.engine.containers.push(other);
  const data = { name: 'another_bundle', key: 'bundle', project: 'another', files: new Map() };
  replica.engine.volumes.set(data.name, data);
  await play(down(await replica.open(), { volumes: true }));
  expect(replica.engine.containers).toEqual([other]);
  expect([...replica.engine.volumes.values()]).toEqual([data]);
});

it('has nothing to do where up never ran', async () => {
  const replica = await newReplica();
  const { events } = await play(down(await replica.open(), { volumes: true }));
  expect(events.at(-1)).toEqual({ type: 'done', text: 'There is no replica here.' });
  expect(replica.engine.did).toEqual([]);
});

it('waits for nobody: a replica that another bootdev works on is refused', async () => {
  const replica = await newReplica();
  const context = await replica.open();
  const unlock = await context.io.takeLock(context.paths.lock, 'this replica');
  const { error } = await play(down(context));
  expect(error?.message).toContain('is working on this replica');
  await unlock();
  expect((await play(down(context))).error).toBeUndefined();
});
