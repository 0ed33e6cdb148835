import { expect, onTestFinished, test, vi } from 'vitest';
import { checkPermissions } from '../../../src/cloud/preflight/permissions.ts';
import { account } from '../../../src/io/aws/account.ts';
import { FakeAws } from '../../fakes/aws.ts';

const statements = [{ actions: ['s3:GetObject', 'rds:CreateDBInstance'], resources: ['*'], context: {} }];
const session = 'arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/anna@example.org';

async function faked() {
  const aws = await new FakeAws().start();
  for (const [name, value] of Object.entries(aws.env)) vi.stubEnv(name, value);
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await aws.stop();
  });
  return { aws, check: (arn: string) => checkPermissions(account({ region: 'eu-west-1' }), arn, statements) };
}

test("a login by SSO: the role's path is asked for", async () => {
  const { aws, check } = await faked();
  aws.account.roles.AWSReservedSSO_Admin_0123456789abcdef = '/aws-reserved/sso.amazonaws.com/eu-west-1/';
  expect(await check(session)).toMatchObject({ state: 'good', text: '2 actions, simulated' });
  aws.account.denied = ['rds:CreateDBInstance'];
  expect(await check(session)).toMatchObject({ state: 'warning', text: 'not allowed: rds:CreateDBInstance' });
});

test.each<[string, (aws: FakeAws) => void]>([
  ['a role that IAM does not know', () => undefined],
  ['nothing of IAM is allowed', (aws) => aws.refused.add('iam')],
  ['a simulation that is not allowed', (aws) => Object.assign(aws.account, { noSimulation: true })],
])('%s: not simulated, and promote goes on', async (_, change) => {
  const { aws, check } = await faked();
  change(aws);
  expect(await check(session)).toMatchObject({ state: 'warning', text: expect.stringMatching(/^not simulated: /) });
});

test('the root user, and a user by his own ARN', async () => {
  const { aws, check } = await faked();
  expect(await check('arn:aws:iam::123456789012:root')).toMatchObject({ state: 'good' });
  expect(await check(aws.account.arn)).toMatchObject({ state: 'good', text: '2 actions, simulated' });
});
