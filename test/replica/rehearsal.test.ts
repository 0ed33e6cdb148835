import { expect, it } from 'vitest';
import { rehearsal } from '../../src/replica/rehearsal.ts';
import { light, newReplica, type Replica } from './replica.ts';

async function asked(replica: Replica, root?: string) {
  const context = await replica.open();
  return rehearsal(context, { root: root ?? context.state.rehearsed ?? '' });
}

it('is done where every machine is healthy with the bundle that up ended with', async () => {
  const replica = await newReplica();
  await replica.up();
  expect(await asked(replica)).toEqual({ done: true, text: 'replica: same, 9 of 9 machines' });
});

it('is not where no replica ever ran, nor for another bundle', async () => {
  const replica = await newReplica();
  expect(await asked(replica, 'a'.repeat(64))).toEqual({
    ...{ done: false, text: 'no replica of this project has ever run it' },
  });
  await replica.up();
  const { rehearsed } = (await replica.open()).state;
  expect(await asked(replica, 'a'.repeat(64))).toEqual({
    ...{ done: false, text: `the replica was last ready with ${rehearsed?.slice(0, 8)}` },
  });
});

it('is not where a machine is no longer healthy, whatever its files are', async () => {
  const replica = await newReplica();
  await replica.up();
  replica.engine.unhealthy.add('mail');
  expect((await asked(replica)).text).toBe('replica: only 8 of 9 machines are healthy with it now (mail: starting)');
});

it('is not where a machine has stopped, is changed, or was never healthy', async () => {
  const replica = await newReplica();
  await replica.up();
  replica.engine.kill('web-2');
  expect(await asked(replica)).toEqual({
    ...{ done: false, text: 'replica: only 8 of 9 machines are healthy with it now (web-2: stopped)' },
  });
  await replica.up();
  replica.engine.machine('lb').machine?.live.set('etc/x', { mode: '0644', bytes: Buffer.from('') });
  expect((await asked(replica)).text).toContain('(lb: differs)');
  await replica.settings(`${light}cache: { ttl: 7 }\n`);
  replica.engine.unhealthy.add('web-1');
  const before = (await replica.open()).state.rehearsed;
  expect((await replica.up()).error).toBeDefined();
  expect((await replica.open()).state.rehearsed).toBe(before);
});
