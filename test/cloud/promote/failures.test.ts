/** What a person reads when something fails, and what is left in AWS afterwards. From the built program. What to do for each cause: test/cloud/failure. */
import { expect, test } from 'vitest';
import { changeTemplate, from, installProgram, lines, site, untilStatus, yes } from './site.ts';

installProgram();

const ttl = [...yes, '--set', 'cache.ttl=33'];
const signal =
  'Received 1 FAILURE signal(s) out of 2. Unable to satisfy 100% MinSuccessfulInstancesPercent requirement';

test('no credentials: exit 4 and the way to log in', async () => {
  const { run } = await site();
  const ran = await run(yes, { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' });
  expect(ran.code).toBe(4);
  expect(from(ran.stderr, 'bootdev: ')).toMatchInlineSnapshot(`
    "bootdev: There are no AWS credentials.
      → aws sso login   (or new keys: aws configure)"
  `);
});

test('a bundle that a web machine rejects: its own boot log, what is serving, what to type', async () => {
  const { run, aws } = await site();
  await run(yes);
  aws.script.fail.set('shop-production-web/WebGroup', signal);
  aws.s3.put(
    'shop-production-artifacts',
    'boot-logs/web/i-0abc123def4567890.log',
    'apply nginx\nnginx: [emerg] unknown directive "brotlii" in /etc/nginx/conf.d/site.conf:12\nboot: giving up\n',
    new Date(Date.now() + 5_000),
  );
  const ran = await run(ttl);
  expect(ran.code).toBe(1);
  expect(from(ran.stderr, '✗ 60 web failed')).toMatchInlineSnapshot(`
    "✗ 60 web failed  N s
    ✗ 60 web   rolled back after N s
      log      the end of i-0abc123def4567890's boot log:
               apply nginx
               nginx: [emerg] unknown directive "brotlii" in /etc/nginx/conf.d/site.conf:12
               boot: giving up
      cause    web instance i-0abc123def4567890 did not become healthy; its boot log says
               nginx: [emerg] unknown directive "brotlii" in /etc/nginx/conf.d/site.conf:12
      now      the previous bundle DIGEST is serving; nothing was lost
      next     fix it in the settings or in docker/, then  bootdev up  and  bootdev promote   (it
               continues from here)"
  `);
  expect(aws.stack('shop-production-web').status).toBe('UPDATE_ROLLBACK_COMPLETE');
  aws.script.fail.clear();
  expect((await run(ttl)).code).toBe(0);
});

test('what an instance says while its group waits for it, each line once', async () => {
  const { run, aws, start } = await site();
  await run(yes);
  aws.script.hold.add('shop-production-web/WebGroup');
  const running = start(ttl);
  let shown = '';
  running.stderr?.on('data', (bytes) => {
    shown += bytes;
  });
  const says = (text: string, seconds: number) =>
    aws.s3.put(
      'shop-production-artifacts',
      'boot-logs/web/i-0abc123def4567890.log',
      text,
      new Date(Date.now() + seconds * 1000),
    );
  says('boot: 3 s: packages\n', 5);
  await untilStatus(() => shown.includes('3 s: packages'));
  says('boot: 3 s: packages\nboot: 71 s: volume, name, secrets, target\n', 15);
  await untilStatus(() => shown.includes('71 s'));
  aws.script.hold.clear();
  const { exitCode, stderr } = await running;
  expect(exitCode).toBe(0);
  expect(lines(stderr as string, /says/)).toMatchInlineSnapshot(`
    "● 60 web · Auto Scaling group WebGroup working: i-0abc123def4567890 says: 3 s: packages
    ● 60 web · Auto Scaling group WebGroup working: i-0abc123def4567890 says: 71 s: volume, name, secrets, target"
  `);
});

test('a failure at the first deployment: the first cause, not what was cancelled because of it; then promote fixes it and continues', async () => {
  const { run, aws } = await site();
  aws.script.fail.set(
    'shop-production-data/DbParameters',
    'Resource handler returned message: "The parameter innodb_bufer_pool_size does not exist (Service: Rds, Status Code: 400, Request ID: 1-2)" (RequestToken: 9, HandlerErrorCode: InvalidRequest)',
  );
  const ran = await run(yes);
  expect(ran.code).toBe(1);
  expect(from(ran.stderr, '✗ 30 data failed')).toMatchInlineSnapshot(`
    "✗ 30 data failed  N s
    ✗ 30 data  rolled back after N s
      cause    database parameters DbParameters: The parameter innodb_bufer_pool_size does not exist
      now      what it had created was deleted; the stacks before it are kept, and cost money; not
               started: 40 search, 50 files, 55 mail, 58 edge, 60 web, 80 watch
      next     fix the cause (the template is cfn/30-data.yaml), then
               bootdev promote   (it offers to delete what is left, and continues from here)"
  `);
  expect(aws.stack('shop-production-data').status).toBe('ROLLBACK_COMPLETE');
  // Those that were planned but not started are deleted again.
  expect(aws.cloudformation.stacks.filter(({ status }) => status === 'REVIEW_IN_PROGRESS')).toEqual([]);

  aws.script.fail.clear();
  const asking = await run(['promote', '--unrehearsed']);
  expect(asking.code).toBe(2);
  expect(from(asking.stderr, '! shop')).toMatchInlineSnapshot(`
    "! shop-production-data is left over from a creation that failed and was rolled back
      (ROLLBACK_COMPLETE).
    bootdev: --yes is required when not running interactively.
      → bootdev promote --unrehearsed --yes"
  `);
  const again = await run(yes);
  expect(again.code, again.stderr).toBe(0);
  expect(lines(again.stderr, /^✓ (?:\d\d \w+ (?:done|no change)|upload)/)).toMatchInlineSnapshot(`
    "✓ 10 bootstrap no change
    ✓ 20 network no change
    ✓ 30 data done  N s
    ✓ 40 search done  N s
    ✓ 50 files done  N s
    ✓ 55 mail done  N s
    ✓ 58 edge done  N s
    ✓ 60 web done  N s
    ✓ 80 watch done  N s"
  `);
});

test('a rollback that fails too: the next promote continues it', async () => {
  const { run, aws } = await site();
  await run(yes);
  aws.script.fail.set('shop-production-web/WebGroup', signal);
  aws.script.failRollback.add('shop-production-web');
  const ran = await run(ttl);
  expect(ran.code).toBe(1);
  expect(from(ran.stderr, '✗ 60 web failed')).toMatchInlineSnapshot(`
    "✗ 60 web failed  N s
    ✗ 60 web   failed after N s, and could not be rolled back
      cause    Auto Scaling group WebGroup: no instance became healthy, and none left a boot log
               Received 1 FAILURE signal(s) out of 2. Unable to satisfy 100%
               MinSuccessfulInstancesPercent requirement
      now      it is stuck between its old and its new state
      next     the instances did not get far enough to write a log: check network, NAT and image,
               then
               bootdev promote   (it offers to continue the rollback)"
  `);
  aws.script.fail.clear();
  const asking = await run(['promote', '--unrehearsed', '--plan']);
  expect(from(asking.stderr, 'bootdev: ')).toMatchInlineSnapshot(`
    "bootdev: shop-production-web is stuck between two states: its last change failed, and so did rolling it back (UPDATE_ROLLBACK_FAILED)
      → bootdev promote asks and fixes it; with --yes it does not ask"
  `);
  const again = await run(ttl);
  expect(again.code, again.stderr).toBe(0);
  expect(aws.stack('shop-production-web').status).toBe('UPDATE_COMPLETE');
});

test('a template that AWS refuses: in its own words, and nothing is left', async () => {
  const { run, aws } = await site();
  await changeTemplate('20-network.yaml', (text) =>
    text.replace('Zones: { Type: Number }', 'Zones: { Type: Number, AllowedValues: [7] }'),
  );
  const { stderr, code } = await run(yes);
  expect(code).toBe(1);
  expect(from(stderr, 'bootdev: ')).toMatchInlineSnapshot(`
    "bootdev: 20 network: AWS refuses the change: Parameter 'Zones' must satisfy its constraints, not 3
      → the template is cfn/20-network.yaml; its parameters come from bootdev.yaml"
  `);
  expect(aws.cloudformation.stacks.every(({ status }) => status === 'DELETE_COMPLETE')).toBe(true);
});

test('early validation: what AWS refuses before anything is made, in its words; what it warns of is in the plan', async () => {
  const { run, aws } = await site();
  aws.script.validations.set('shop-production-network/Vpc', {
    ...{ mode: 'FAIL', reason: "The value '10.0.0.0/8' is not a block of a VPC" },
    path: '/Resources/Vpc/Properties/CidrBlock',
  });
  const { stderr, code } = await run(yes);
  expect(code).toBe(1);
  expect(from(stderr, 'bootdev: ')).toMatchInlineSnapshot(`
    "bootdev: 20 network: AWS refuses the change: VPC Vpc, CidrBlock: The value '10.0.0.0/8' is not a block of a VPC
      → the template is cfn/20-network.yaml; its parameters come from bootdev.yaml"
  `);
  expect(aws.cloudformation.stacks.every(({ status }) => status === 'DELETE_COMPLETE')).toBe(true);
  aws.script.validations.set('shop-production-network/Vpc', { mode: 'WARN', reason: 'Service quota: 5 of 5 VPCs' });
  const planned = await run(['promote', '--unrehearsed', '--plan']);
  expect(planned.code, planned.stderr).toBe(3);
  expect(lines(planned.stdout, /! .*Vpc/)).toMatchInlineSnapshot(
    `"              ! VPC Vpc: Service quota: 5 of 5 VPCs"`,
  );
});
