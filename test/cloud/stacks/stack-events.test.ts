/** How long promote waits for an AWS that cannot be reached: its operation goes on without us. */
import { syncBuiltinESMExports } from 'node:module';
import waits from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Cloud } from '../../../src/cloud/cloud.ts';
import { waitForStack } from '../../../src/cloud/stacks/stack-events.ts';
import { stacks } from '../../../src/cloud/stacks/stacks.ts';
import { NoAnswer } from '../../../src/errors.ts';
import type { Cloudformation, StackEvent } from '../../../src/io/aws/aws.ts';

const realWait = waits.setTimeout;

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  // These are not faked with the others.
  waits.setTimeout = ((time: number) =>
    new Promise<void>((done) => setTimeout(done, time))) as unknown as typeof realWait;
  syncBuiltinESMExports();
});
afterEach(() => {
  vi.useRealTimers();
  waits.setTimeout = realWait;
  syncBuiltinESMExports();
});

const event = (id: string, status: string): StackEvent => ({
  ...{ id, status, time: new Date(), resource: 'web', isStack: true, physical: '', type: '', reason: '' },
});

/** Nobody answers until so many minutes are over; then the operation has ended meanwhile. What is told, and how it ends. */
async function lostFor(minutes: number) {
  const cfn = {
    async *events() {
      if (Date.now() > 0 && Date.now() < minutes * 60_000)
        throw new NoAnswer('AWS does not answer.', { hint: 'again' });
      if (Date.now() > 0) yield event('2', 'UPDATE_COMPLETE');
      yield event('1', 'UPDATE_IN_PROGRESS');
    },
  } as unknown as Cloudformation;
  const [stack] = stacks;
  if (!stack) throw new Error('no stacks');
  const cloud = { signal: new AbortController().signal } as Cloud;
  const told: string[] = [];
  const waiting = (async () => {
    const events = waitForStack(cloud, { cfn, id: 'web', stack });
    for (;;) {
      const { done, value } = await events.next();
      if (done) return value.status;
      if (value.type === 'notice') told.push(value.text);
    }
  })().catch((error: Error) => error);
  await vi.advanceTimersByTimeAsync(60 * 60_000);
  return { told, ended: await waiting };
}

test('ten minutes: said once, and waited for', async () => {
  expect(await lostFor(10)).toEqual({
    told: [
      'No connection: AWS does not answer. AWS continues with 10 bootstrap; this screen waits.',
      'AWS answers again.',
    ],
    ended: 'UPDATE_COMPLETE',
  });
});

test('longer than a quarter of an hour: it ends, and says what to type', async () => {
  const { ended } = await lostFor(20);
  expect(ended).toBeInstanceOf(NoAnswer);
  expect(Date.now()).toBeGreaterThan(15 * 60_000);
});
