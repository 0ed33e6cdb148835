import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test, vi } from 'vitest';
import { takeLock } from '../../../src/cloud/stacks/lock.ts';
import { NoAnswer } from '../../../src/errors.ts';
import type { Bucket } from '../../../src/io/aws/aws.ts';
import { bucket } from '../../../src/io/aws/s3.ts';
import { startOf } from '../../../src/io/guard/processes.ts';
import { FakeAws } from '../../fakes/aws.ts';

async function artifacts() {
  const aws = await new FakeAws().start();
  aws.s3.buckets.set('artifacts', new Map());
  for (const [name, value] of Object.entries(aws.env)) vi.stubEnv(name, value);
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await aws.stop();
  });
  return { aws, bucket: bucket({ region: 'eu-west-1' }, 'artifacts') };
}

test('one holder; the next after the release', async () => {
  const { bucket: at, aws } = await artifacts();
  const first = await takeLock(at, 'anna@laptop');
  await expect(takeLock(at, 'ben@ci')).rejects.toThrow('Another promote is changing this environment: anna@laptop');
  await first.release();
  expect(aws.s3.keys('artifacts')).toEqual([]);
  await (await takeLock(at, 'ben@ci')).release();
});

test('two at the same moment: one of them', async () => {
  const { bucket: at } = await artifacts();
  const both = await Promise.allSettled([takeLock(at, 'anna'), takeLock(at, 'ben')]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  for (const one of both) if (one.status === 'fulfilled') await one.value.release();
});

test('a lock that is not renewed, or is not readable, is taken over', async () => {
  const { bucket: at, aws } = await artifacts();
  aws.s3.put('artifacts', 'locks/promote.json', JSON.stringify({ holder: 'a', since: '', until: new Date(0) }));
  await (await takeLock(at, 'ben')).release();
  aws.s3.put('artifacts', 'locks/promote.json', 'garbage');
  await (await takeLock(at, 'ben')).release();
});

test('the lock of a process that was killed here is taken over at once; not one of another computer', async () => {
  const { bucket: at, aws } = await artifacts();
  await takeLock(at, 'anna@laptop');
  const lock = (await at.get('locks/promote.json'))?.text ?? '';
  const child = spawn('sleep', ['60']);
  const line = `${child.pid} ${startOf(child.pid ?? 0)}`;
  const held = (change: object) =>
    aws.s3.put('artifacts', 'locks/promote.json', JSON.stringify({ ...JSON.parse(lock), process: line, ...change }));
  held({});
  await expect(takeLock(at, 'anna@laptop')).rejects.toThrow('Another promote');
  child.kill('SIGKILL');
  await once(child, 'exit');
  held({ place: 'elsewhere' });
  await expect(takeLock(at, 'anna@laptop')).rejects.toThrow('Another promote');
  held({});
  await (await takeLock(at, 'anna@laptop')).release();
});

test('a holder whose lock was taken over does not release the new one', async () => {
  const { bucket: at, aws } = await artifacts();
  const first = await takeLock(at, 'anna');
  aws.s3.put('artifacts', 'locks/promote.json', JSON.stringify({ holder: 'ben', since: '', until: new Date(0) }));
  await first.release();
  expect(aws.s3.keys('artifacts')).toEqual(['locks/promote.json']);
});

test('ten minutes without a network: it is still ours, and renewed', async () => {
  vi.useFakeTimers({ now: 0 });
  onTestFinished(() => void vi.useRealTimers());
  let version = 0;
  let renewed = 0;
  const away = () => Date.now() > 0 && Date.now() < 10 * 60_000;
  const shaky = {
    async putIf() {
      if (away()) throw new NoAnswer('AWS does not answer.');
      renewed = Date.now();
      return String(++version);
    },
    get: async () => undefined,
  } as unknown as Bucket;
  const lock = await takeLock(shaky, 'anna');
  await vi.advanceTimersByTimeAsync(11 * 60_000);
  lock.check();
  expect(renewed).toBe(11 * 60_000);
  await lock.release();
});
