/** promote from a CI: who it is by its job's token, what it may do to plan, and what its exit code says. From the built program. */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { actionsFor } from '../../cfn/calls.ts';
import { matches, type Policy } from '../../cfn/policies.ts';
import { installProgram, type Site, site, yes } from './site.ts';

installProgram();

const plan = ['promote', '--plan', '--unrehearsed', '--json'];
const eventsOf = (stdout: string) =>
  stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

/** As GitLab's job, or GitHub's without the action that exchanges the token. */
async function job({ dir, aws }: Site, token = 'of-the-job') {
  await writeFile(join(dir, 'token'), token);
  aws.account.webIdentity = 'of-the-job';
  aws.account.roles['shop-deploy'] = '/ci/';
  return {
    ...{ AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', CI: 'true', AWS_REGION: 'eu-west-1' },
    AWS_WEB_IDENTITY_TOKEN_FILE: join(dir, 'token'),
    ...{ AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/ci/shop-deploy', AWS_ROLE_SESSION_NAME: 'job-17' },
  };
}

test("a job's token: the plan as JSON, 3 with changes and 0 without; a plan makes no call that plan-only denies", async () => {
  const here = await site();
  const env = await job(here);
  const first = await here.run(plan, env);
  expect(first.code, first.stderr).toBe(3);
  const { plan: planned } = eventsOf(first.stdout).find(({ type }) => type === 'plan');
  expect(planned).toMatchObject({
    ...{ project: 'shop-production', dataLoss: [] },
    identity: 'arn:aws:sts::123456789012:assumed-role/ci/shop-deploy/job-17',
    stacks: expect.arrayContaining([expect.objectContaining({ name: '20 network', state: 'create' })]),
  });
  const promoted = await here.run([...yes, '--json'], env);
  expect(promoted.code, promoted.stderr + promoted.stdout).toBe(0);
  expect((await here.run(plan, env)).code).toBe(0);

  const before = here.aws.calls.length;
  const changed = await here.run([...plan, '--set', 'cache.ttl=33'], env);
  expect(changed.code, changed.stderr).toBe(3);
  const { stacks } = eventsOf(changed.stdout).find(({ type }) => type === 'plan').plan;
  expect(
    stacks.filter(({ state }: { state: string }) => state !== 'same').map(({ name }: { name: string }) => name),
  ).toEqual(['60 web']);
  const denied = (JSON.parse(readFileSync('cfn/iam/ci/plan-only.json', 'utf8')) as Policy).Statement.flatMap(
    ({ Action }) => Action,
  );
  const made = here.aws.calls.slice(before).flatMap((call) => actionsFor(call));
  expect(made).toContain('cloudformation:CreateChangeSet');
  expect(made.filter((action) => denied.some((pattern) => matches(pattern, action)))).toEqual([]);
  expect(here.aws.calls.slice(before).filter((call) => /^s3:(?:PUT|DELETE)/.test(call))).toEqual([]);
});

test('a provider that the account does not know, and a branch that the role does not trust: exit 4, and what must fit', async () => {
  const here = await site();
  const env = await job(here, "another branch's");
  const said: unknown[] = [];
  for (const known of ['', 'of-the-job']) {
    here.aws.account.webIdentity = known;
    const ran = await here.run(plan, env);
    expect(ran.code).toBe(4);
    said.push(eventsOf(ran.stdout).at(-1).message);
    expect(eventsOf(ran.stdout).at(-1).next).toEqual([
      'the role must trust the provider, audience and subject of the token: docs/ci.md',
    ]);
  }
  expect(said).toMatchInlineSnapshot(`
    [
      "AWS does not accept this job for the role (InvalidIdentityTokenException): No OpenIDConnect provider found in your account",
      "AWS does not accept this job for the role (AccessDenied): Not authorized to perform sts:AssumeRoleWithWebIdentity",
    ]
  `);
});

test.each([
  ['github', 'token.actions.githubusercontent.com', /^repo:[^*]+:ref:refs\/heads\/main$/],
  ['gitlab', 'gitlab.com', /^project_path:[^*]+:ref_type:branch:ref:main$/],
])('%s: the role trusts one repository and branch, and names the audience', (file, provider, subject) => {
  const { Statement } = JSON.parse(readFileSync(`cfn/iam/ci/${file}.json`, 'utf8'));
  expect(Statement).toHaveLength(1);
  const [{ Principal, Action, Condition }] = Statement;
  expect(Principal).toEqual({ Federated: `arn:aws:iam::ACCOUNT:oidc-provider/${provider}` });
  expect(Action).toBe('sts:AssumeRoleWithWebIdentity');
  expect(Object.keys(Condition)).toEqual(['StringEquals']);
  expect(Condition.StringEquals[`${provider}:sub`]).toMatch(subject);
  expect(Condition.StringEquals[`${provider}:aud`]).toMatch(/\S/);
});
