/** What a person reads when something fails, from the built program, and what is left in AWS afterwards. */
import { expect, test } from 'vitest';
import { changeTemplate, from, installProgram, lines, screen, site, untilStatus, yes } from './site.ts';

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

test('expired credentials, also during an update: exit 4', async () => {
  const { run, aws, start } = await site();
  await run(yes);
  aws.script.hold.add('shop-production-web/WebGroup');
  const running = start(ttl);
  await untilStatus(() => aws.stack('shop-production-web').status === 'UPDATE_IN_PROGRESS');
  aws.expired = true;
  const middle = await running;
  expect(middle.exitCode).toBe(4);
  expect(from(middle.stderr as string, 'bootdev: ')).toMatchInlineSnapshot(`
    "bootdev: The AWS credentials have expired. 60 web continues in AWS.
      → aws sso login   (or new keys: aws configure)   then: bootdev promote --watch"
  `);
  const ran = await run(yes);
  expect(ran.code).toBe(4);
  expect(from(ran.stderr, 'bootdev: ')).toMatchInlineSnapshot(`
    "bootdev: The AWS credentials have expired.
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

test.each([
  [
    'User: arn:aws:iam::123456789012:user/deploy is not authorized to perform: rds:CreateDBInstance on resource: x',
    'policy',
  ],
  [
    'You have requested more vCPU capacity than your current vCPU limit of 32 allows (VcpuLimitExceeded)',
    'Service Quotas',
  ],
  ['shop-production-artifacts already exists', 'choose another site.name'],
  ['We currently do not have sufficient m7g.large capacity (InsufficientInstanceCapacity)', 'another type'],
])('what to do next depends on the cause: %s', async (reason, hint) => {
  const { run, aws } = await site();
  aws.script.fail.set('shop-production-network/Vpc', reason);
  const { stderr } = await run(yes);
  expect(stderr).toContain(hint);
});

test('throttled: it takes longer, nothing else', async () => {
  const { run, aws } = await site();
  aws.throttled = 4;
  const ran = await run(yes);
  expect(ran.code, ran.stderr).toBe(0);
});

test('the network is lost during an update and comes back', async () => {
  const { run, aws, start } = await site();
  await run(yes);
  aws.script.hold.add('shop-production-web/WebGroup');
  const running = start(ttl);
  await untilStatus(() => aws.stack('shop-production-web').status === 'UPDATE_IN_PROGRESS');
  aws.dropped = 8;
  await untilStatus(() => aws.dropped === 0);
  aws.script.hold.clear();
  const { exitCode, stderr } = await running;
  expect(exitCode).toBe(0);
  expect(lines(stderr, /connection|answers again/)).toMatchInlineSnapshot(`
    "! No connection: cloudformation in eu-west-1 does not answer (ECONNRESET). AWS continues with 60
    ! AWS answers again."
  `);
});

test('Ctrl-C leaves; AWS continues, --watch shows it, --cancel rolls it back', async () => {
  const { run, aws, start } = await site();
  await run(yes);
  aws.script.hold.add('shop-production-web/WebGroup');
  const running = start(ttl);
  await untilStatus(() => aws.stack('shop-production-web').status === 'UPDATE_IN_PROGRESS');
  running.kill('SIGINT');
  const left = await running;
  expect(left.exitCode).toBe(130);
  expect(from(left.stderr as string, 'bootdev: ')).toMatchInlineSnapshot(`
    "bootdev: Stopped.
      → 60 web continues in AWS. Watch it: bootdev promote --watch   Cancel it: bootdev promote --cancel   Do the rest: bootdev promote"
  `);
  expect(aws.stack('shop-production-web').status).toBe('UPDATE_IN_PROGRESS');
  expect(aws.s3.keys('shop-production-artifacts').filter((key) => key.startsWith('locks/'))).toEqual([]);

  expect((await run(['promote', '--cancel'])).code).toBe(2);
  const cancelled = await run(['promote', '--cancel', '--yes']);
  expect(cancelled.code).toBe(0);
  expect(screen(cancelled.stderr)).toMatchInlineSnapshot(`
    "bootdev cancel · shop-production-web · 1 stack
    ✓ 60 web · launch template WebTemplate done  N s
    ● 60 web rolling back
    ● 60 web removing old resources
    ✓ 60 web rolled back  N s
    60 web is as it was before."
  `);
  expect(aws.stack('shop-production-web').status).toBe('UPDATE_ROLLBACK_COMPLETE');

  const again = start(ttl);
  await untilStatus(() => aws.stack('shop-production-web').status === 'UPDATE_IN_PROGRESS');
  again.kill('SIGINT');
  await again;
  aws.script.hold.clear();
  const watched = await run(['watch']);
  expect(watched.code).toBe(0);
  expect(screen(watched.stderr)).toMatchInlineSnapshot(`
    "bootdev watch · shop → production · 9 stacks
    ✓ 10 bootstrap no change
    ✓ 20 network no change
    ✓ 30 data no change
    ✓ 40 search no change
    ✓ 50 files no change
    ✓ 55 mail no change
    ✓ 58 edge no change
    ● 60 web working
    ✓ 80 watch no change
    ✓ 60 web · launch template WebTemplate done  N s
    ✓ 60 web · Auto Scaling group WebGroup done  N s
    ● 60 web removing old resources
    ✓ 60 web done  N s
    AWS has finished."
  `);
});

test('--detach ends when AWS can finish without us', async () => {
  const { run, aws } = await site();
  await run(yes);
  aws.script.hold.add('shop-production-web/WebGroup');
  const ran = await run([...ttl, '--detach']);
  expect(ran.code).toBe(0);
  expect(lines(ran.stderr, /AWS continues|it:/)).toMatchInlineSnapshot(`
    "AWS continues without this program.
    watch it: bootdev promote --watch
    cancel it: bootdev promote --cancel"
  `);
  expect(aws.stack('shop-production-web').status).toBe('UPDATE_IN_PROGRESS');
});

test('two at once: the second is told who holds the lock', async () => {
  const { run, aws } = await site();
  await run(yes);
  const until = new Date(Date.now() + 600_000).toISOString();
  aws.s3.put(
    'shop-production-artifacts',
    'locks/promote.json',
    JSON.stringify({ holder: 'anna@laptop', since: until, until }),
  );
  const ran = await run(ttl);
  expect(ran.code).toBe(1);
  expect(from(ran.stderr, 'bootdev: ')).toMatchInlineSnapshot(`
    "bootdev: Another promote is changing this environment: anna@laptop, since TIME.
      → bootdev promote --watch shows it; a lock that is not renewed expires at TIME"
  `);
  const old = new Date(Date.now() - 1_000).toISOString();
  aws.s3.put(
    'shop-production-artifacts',
    'locks/promote.json',
    JSON.stringify({ holder: 'anna@laptop', since: old, until: old }),
  );
  expect((await run(ttl)).code).toBe(0);
});

test.each([
  ['name too long', ['--set', 'site.name=a-very-long-name-of-thirty-one1']],
  ['no region', ['--set', 'aws.region=']],
  ['an environment with an invalid name', ['--env', 'Production']],
])('bad input: %s', async (_, flags) => {
  const { run } = await site();
  const { stderr, code } = await run([...yes, ...flags]);
  expect(code).toBeGreaterThan(0);
  expect(from(stderr, 'bootdev: ')).toMatchSnapshot();
});

test('preflight: all problems at once, each with its fix', async () => {
  const { run, aws } = await site();
  Object.assign(aws.account, {
    zones: 2,
    addresses: 5,
    runningCpus: 60,
    lacks: ['db.t4g.small', 't4g.small'],
    mailIsOpen: false,
  });
  const { stderr, code } = await run([...yes, '--set', 'aws.webInstance=a1.medium']);
  expect(code).toBe(1);
  expect(
    from(stderr, 'bootdev: ')
      .replace(/t3\.|t4g\./g, 'T.')
      .replace(/arm64|amd64/g, 'ARCH')
      .replace(/choose (?:Intel|Graviton).*/, 'choose TYPES'),
  ).toMatchInlineSnapshot(`
    "bootdev: This has to be fixed first:
      zones: eu-west-1 has 2 for this account, but aws.zones asks for 3
      instances: T.small: not available in this region
      quotas: not enough vCPUs: 18 needed, 4 of 64 free
      quotas: not enough public addresses: 1 needed, 0 of 5 free
      → set aws.zones: 2 in bootdev.yaml
      → choose other types: aws.webInstance, aws.adminInstance and so on
      → aws service-quotas request-service-quota-increase --service-code ec2 --quota-code L-1216C47A --desired-value 78
      → aws service-quotas request-service-quota-increase --service-code ec2 --quota-code L-0263D0A3 --desired-value 6"
  `);
  expect(aws.cloudformation.stacks).toEqual([]);
});

test('preflight: PHP that may run longer than AWS waits is a warning', async () => {
  const { run } = await site();
  const { stdout, code } = await run(['promote', '--unrehearsed', '--plan', '--set', 'php.maxExecutionTime=120']);
  expect(code).toBe(0);
  expect(stdout).toContain('request time !');
});

test('names that are in use: by another folder of the same site, or by something else', async () => {
  const { run, aws, dir } = await site();
  await run(yes);
  aws.stack('shop-production-network').tags = { 'bootdev:project': 'abcdef' };
  const other = await run(yes);
  expect(from(other.stderr, 'bootdev: ').replaceAll(/this one is \w+/g, 'this one is ID')).toMatchInlineSnapshot(`
    "bootdev: names: shop-production-network: created from another bootdev folder (project abcdef; this one is ID)
      → if it is a new clone of the same site: bootdev promote --adopt abcdef   If it is another site: choose another site.name"
  `);
  for (const stack of aws.cloudformation.stacks)
    stack.tags = { 'bootdev:project': 'abcdef', 'bootdev:environment': 'production' };
  expect((await run([...yes, '--adopt', 'abcdef'])).code, dir).toBe(0);
  expect((await run(yes)).code).toBe(0);
  aws.stack('shop-production-network').tags = {};
  const foreign = await run(yes);
  expect(from(foreign.stderr, 'bootdev: ')).toMatchInlineSnapshot(`
    "bootdev: names: shop-production-network: already used by something else
      → choose another site.name or --env"
  `);
});

test('another database engine, or less storage, is refused before anything is created', async () => {
  const { run } = await site();
  await run([...yes, '--set', 'aws.databaseStorage=50']);
  const { stderr, code } = await run([...yes, '--set', 'database.engine=mariadb']);
  expect(code).toBe(1);
  expect(from(stderr, 'bootdev: ')).toMatchInlineSnapshot(`
    "bootdev: This has to be fixed first:
      database: it runs mysql, but the settings ask for mariadb: its data would be left behind
      database: it has 50 GB of storage, which can only grow
      → set database.engine: mysql in bootdev.yaml; or promote to a new --env and move the data by export and import
      → set aws.databaseStorage: 50 in bootdev.yaml"
  `);
});

test('not rehearsed: refused, with how to rehearse', async () => {
  const { run, aws } = await site();
  const { stderr, code } = await run(['promote', '--yes']);
  expect(code).toBe(1);
  expect(from(stderr, 'bootdev: ')).toMatchInlineSnapshot(`
    "bootdev: This bundle (DIGEST) is not rehearsed: no replica of this project has ever run it.
      → bootdev up   (or, at your own risk, recorded and shown: bootdev promote --unrehearsed)"
  `);
  expect(aws.cloudformation.stacks).toEqual([]);
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

test('the site does not answer although all stacks are ready', async () => {
  const { run, aws, start } = await site();
  aws.site = 503;
  const running = start(yes);
  await untilStatus(() => aws.calls.some((call) => call.includes('/journal/')));
  running.kill('SIGINT');
  expect((await running).exitCode).toBe(130);
  aws.site = 200;
  expect((await run(yes)).code).toBe(0);
});
