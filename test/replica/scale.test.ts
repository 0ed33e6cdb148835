import { expect, it } from 'vitest';
import { scale } from '../../src/replica/scale.ts';
import { light, newReplica, only, play, type Replica } from './replica.ts';

const webs = ({ engine }: Replica) =>
  engine.containers.filter(({ service }) => service.name === 'web').map(({ number }) => number);
const scaled = async (replica: Replica, web: number) => play(scale(await replica.open(), { web }));

it('adds web machines and waits until the balancer sends them requests', async () => {
  const replica = await newReplica();
  await replica.up();
  const { events, error } = await scaled(replica, 4);
  expect(error).toBeUndefined();
  expect(webs(replica)).toEqual([1, 2, 3, 4]);
  expect(only(events, 'machine').at(-1)).toMatchObject({ name: 'lb', text: '4 web machines in service' });
  expect(events.at(-1)).toMatchObject({ type: 'done', text: '4 web machines are in service.' });
});

it('drains those that leave before they are removed', async () => {
  const replica = await newReplica();
  await replica.up();
  const { address } = replica.engine.machine('web-2');
  replica.engine.did.length = 0;
  const { events } = await scaled(replica, 1);
  expect(webs(replica)).toEqual([1]);
  const { did } = replica.engine;
  expect(did[0]).toBe(`drain ${address}`);
  expect(did.indexOf('remove web-2')).toBeGreaterThan(0);
  expect(did.at(-1)).toBe('ready');
  expect(only(events, 'step')[0]).toMatchObject({ id: 'drain', text: 'drain web-2', state: 'start' });
});

it('keeps the number over an up, and drops it when the settings change', async () => {
  const replica = await newReplica();
  await replica.up();
  await scaled(replica, 3);
  await replica.up();
  expect(webs(replica)).toEqual([1, 2, 3]);
  await replica.settings(`${light}web: { count: 1 }\n`);
  await replica.up();
  expect(webs(replica)).toEqual([1]);
  await replica.settings(light);
  await replica.up();
  expect(webs(replica)).toEqual([1, 2]);
});

it('refuses more than the engine has memory for, before anything starts', async () => {
  const replica = await newReplica();
  await replica.up();
  replica.engine.memory = 4_000;
  replica.engine.did.length = 0;
  const { error } = await scaled(replica, 6);
  expect(error).toMatchObject({
    code: 2,
    message: expect.stringMatching(/^6 web machines need \d+ MB .* Docker has 4000 MB/),
  });
  expect(replica.engine.did).toEqual([]);
});

it('ends where the balancer never sees a new machine', async () => {
  const replica = await newReplica();
  await replica.up();
  const context = await replica.open();
  const { exec } = context.io.docker;
  context.io.docker.exec = async (id, command, options) =>
    command[1] === 'up' ? { code: 0, stdout: '2\n', stderr: '' } : exec(id, command, options);
  const { error } = await play(scale(context, { web: 3 }));
  expect(error).toMatchObject({ message: 'The balancer does not see every web machine.', hint: 'bootdev logs lb' });
});

it('says what the balancer says where it refuses', async () => {
  const replica = await newReplica();
  await replica.up();
  const context = await replica.open();
  context.io.docker.exec = async () => ({ code: 1, stdout: '', stderr: 'no such socket\n' });
  const { error } = await play(scale(context, { web: 1 }));
  expect(error?.message).toMatch(/^The balancer refused "drain 172\.20\.0\.\d+": no such socket$/);
});

it('with LVS each web machine comes and goes with what stands before it, and that is what is drained', async () => {
  const replica = await newReplica(`${light}balancer: { kind: lvs }\n`);
  await replica.up();
  await scaled(replica, 3);
  const numbers = () =>
    replica.engine.containers.filter(({ service }) => service.name === 'tls').map(({ number }) => number);
  expect([webs(replica), numbers()]).toEqual([
    [1, 2, 3],
    [1, 2, 3],
  ]);
  const { address } = replica.engine.machine('tls-3');
  replica.engine.did.length = 0;
  await scaled(replica, 2);
  expect(replica.engine.did[0]).toBe(`drain ${address}`);
  expect([webs(replica), numbers()]).toEqual([
    [1, 2],
    [1, 2],
  ]);
});
