/** The SDK's waiter and paginators behind our signal and our errors. */
import { expect, onTestFinished, test, vi } from 'vitest';
import { Interrupted, NoAnswer } from '../../../src/errors.ts';
import { cloudformation } from '../../../src/io/aws/cloudformation.ts';
import { FakeAws } from '../../fakes/aws.ts';

const body = `Resources:
${Array.from({ length: 8 }, (_, index) => `  Topic${index}: { Type: AWS::SNS::Topic }\n`).join('')}`;
const request = { stack: 'shop', name: 'first', create: true, body, parameters: {}, tags: {} };

async function start(signal?: AbortSignal) {
  const aws = await new FakeAws().start();
  for (const [name, value] of Object.entries(aws.env)) vi.stubEnv(name, value);
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await aws.stop();
  });
  return { aws, cfn: cloudformation({ region: 'eu-west-1', ...(signal ? { signal } : {}) }) };
}

/** The change set stays in CREATE_IN_PROGRESS for ever. */
function neverReady({ cloudformation: fake }: FakeAws): void {
  const set = fake.find('shop')?.changeSets.get('first');
  if (!set) throw new Error('no change set');
  set.pending = Number.POSITIVE_INFINITY;
}

const asked = ({ calls }: FakeAws) => calls.filter((call) => call === 'cloudformation:DescribeChangeSet').length;

test('when it is ready: all changes, of all pages', async () => {
  const { aws, cfn } = await start();
  await cfn.createChangeSet(request);
  const { status, changes } = await cfn.waitForChangeSet('shop', 'first');
  expect(status).toBe('CREATE_COMPLETE');
  expect(aws.cloudformation.pageSize).toBe(3);
  expect(changes.map(({ resource }) => resource)).toEqual(Array.from({ length: 8 }, (_, index) => `Topic${index}`));
  expect(await cfn.changeSets('shop')).toEqual(['first']);
});

test('one without changes failed, which is a result', async () => {
  const { aws, cfn } = await start();
  await cfn.createChangeSet(request);
  await cfn.waitForChangeSet('shop', 'first');
  await cfn.executeChangeSet('shop', 'first');
  aws.cloudformation.find('shop')?.tick(100);
  await cfn.createChangeSet({ ...request, name: 'second', create: false });
  expect(await cfn.waitForChangeSet('shop', 'second')).toMatchObject({
    status: 'FAILED',
    reason: expect.stringContaining("didn't contain changes"),
    changes: [],
  });
});

test('a login that expires while waiting ends it, in our words', async () => {
  const { aws, cfn } = await start();
  await cfn.createChangeSet(request);
  neverReady(aws);
  const waiting = cfn.waitForChangeSet('shop', 'first');
  waiting.catch(() => undefined); // awaited below
  await vi.waitFor(() => expect(asked(aws)).toBeGreaterThan(1), { timeout: 10_000 });
  aws.expired = true;
  await expect(waiting).rejects.toMatchObject({ code: 4, message: 'The AWS credentials have expired.' });
});

test('a network that is lost while waiting ends it, in our words', async () => {
  const { aws, cfn } = await start();
  await cfn.createChangeSet(request);
  neverReady(aws);
  const waiting = cfn.waitForChangeSet('shop', 'first');
  waiting.catch(() => undefined); // awaited below
  await vi.waitFor(() => expect(asked(aws)).toBeGreaterThan(1), { timeout: 10_000 });
  aws.dropped = Number.POSITIVE_INFINITY;
  await expect(waiting).rejects.toBeInstanceOf(NoAnswer);
}, 30_000);

test('the signal ends it at once', async () => {
  const stop = new AbortController();
  const { aws, cfn } = await start(stop.signal);
  await cfn.createChangeSet(request);
  neverReady(aws);
  const waiting = cfn.waitForChangeSet('shop', 'first');
  waiting.catch(() => undefined); // awaited below
  await vi.waitFor(() => expect(asked(aws)).toBeGreaterThan(1), { timeout: 10_000 });
  stop.abort();
  await expect(waiting).rejects.toBeInstanceOf(Interrupted);
  const before = asked(aws);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(asked(aws)).toBeLessThanOrEqual(before + 1);
  // What cleans up after it is not stopped.
  await cfn.deleteChangeSet('shop', 'first');
  expect(await cfn.changeSets('shop')).toEqual([]);
});
