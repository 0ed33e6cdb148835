/** AWS did what it was asked, and the answer was lost on its way: the SDK asks again, which is not a second operation, nor somebody else's. */
import { expect, onTestFinished, test, vi } from 'vitest';
import { cloudformation } from '../../../src/io/aws/cloudformation.ts';
import { bucket } from '../../../src/io/aws/s3.ts';
import { FakeAws } from '../../fakes/aws.ts';

async function connected() {
  const aws = await new FakeAws().start();
  for (const [name, value] of Object.entries(aws.env)) vi.stubEnv(name, value);
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await aws.stop();
  });
  return { aws, cfn: cloudformation({ region: 'eu-west-1' }) };
}

const one = { stack: 'one', name: 'set-1', create: true, parameters: {}, tags: {} };
const body = (zone: string) =>
  `Resources: { Zone: { Type: AWS::Route53::HostedZone, Properties: { Name: ${zone} } }, Key: { Type: AWS::KMS::Key } }`;

test('change sets and rollbacks: each is made once', async () => {
  const { aws, cfn } = await connected();
  const settled = async () => {
    for (let looks = 0; looks < 5; looks++) for await (const _ of cfn.events('one')) break;
    return aws.stack('one').status;
  };
  aws.gate.lost.push(/:CreateChangeSet$/, /:ExecuteChangeSet$/, /:ContinueUpdateRollback$/);
  await cfn.createChangeSet({ ...one, body: body('a.internal') });
  await cfn.waitForChangeSet('one', 'set-1');
  await cfn.executeChangeSet('one', 'set-1');
  expect(await settled()).toBe('CREATE_COMPLETE');
  expect(aws.stack('one').events.filter(({ ResourceStatus }) => ResourceStatus === 'CREATE_COMPLETE')).toHaveLength(3);

  aws.script.fail.set('one/Zone', 'no');
  aws.script.failRollback.add('one');
  await cfn.createChangeSet({ ...one, name: 'set-2', create: false, body: body('b.internal') });
  await cfn.waitForChangeSet('one', 'set-2');
  await cfn.executeChangeSet('one', 'set-2');
  expect(await settled()).toBe('UPDATE_ROLLBACK_FAILED');
  await cfn.continueRollback('one');
  expect(await settled()).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(aws.gate.lost).toEqual([]);
});

test("an update's cancellation", async () => {
  const { aws, cfn } = await connected();
  for (const [name, zone] of [
    ['set-1', 'a.internal'],
    ['set-2', 'b.internal'],
  ] as const) {
    await cfn.createChangeSet({ ...one, name, create: name === 'set-1', body: body(zone) });
    await cfn.waitForChangeSet('one', name);
    if (name === 'set-2') aws.script.hold.add('one/Zone');
    await cfn.executeChangeSet('one', name);
    for await (const _ of cfn.events('one')) break;
  }
  aws.gate.lost.push(/:CancelUpdateStack$/);
  await cfn.cancelUpdate('one');
  expect(aws.stack('one').status).toBe('UPDATE_ROLLBACK_IN_PROGRESS');
});

test('a lock: taken and renewed by whom it is of; another one is still refused', async () => {
  const { aws } = await connected();
  aws.s3.buckets.set('artifacts', new Map());
  const at = bucket({ region: 'eu-west-1' }, 'artifacts');
  aws.gate.lost.push(/^s3:PUT/);
  const etag = await at.putIf('lock', 'anna, 1');
  expect(etag).toBeTruthy();
  aws.gate.lost.push(/^s3:PUT/);
  expect(await at.putIf('lock', 'anna, 2', etag)).toBeTruthy();
  expect(await at.putIf('lock', 'ben, 1')).toBeUndefined();
});
