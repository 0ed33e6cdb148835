/** A promote that is left, loses its login or the network, or finds another one at work. From the built program. */
import { expect, test } from 'vitest';
import { from, installProgram, lines, screen, site, untilStatus, yes } from './site.ts';

installProgram();

const ttl = [...yes, '--set', 'cache.ttl=33'];

test('credentials that expire in the middle: exit 4; with new ones the same command waits for AWS, and goes on', async () => {
  const { run, aws, start } = await site();
  aws.script.hold.add('shop-production-data/Database');
  const running = start(yes);
  await untilStatus(() => aws.stack('shop-production-data').resources.get('Database')?.status === 'CREATE_IN_PROGRESS');
  aws.expired = true;
  const middle = await running;
  expect(middle.exitCode).toBe(4);
  expect(from(middle.stderr as string, 'bootdev: ')).toMatchInlineSnapshot(`
    "bootdev: The AWS credentials have expired. 30 data continues in AWS.
      → aws sso login   (or new keys: aws configure)   then the same command again: it waits for 30 data, and goes on"
  `);
  const still = await run(yes);
  expect(still.code).toBe(4);
  expect(from(still.stderr, 'bootdev: ')).toMatchInlineSnapshot(`
    "bootdev: The AWS credentials have expired.
      → aws sso login   (or new keys: aws configure)"
  `);
  aws.expired = false;
  aws.calls.length = 0;
  const again = start(yes);
  await untilStatus(() => aws.calls.includes('cloudformation:DescribeStackEvents'));
  expect(aws.stack('shop-production-data').status).toBe('CREATE_IN_PROGRESS');
  aws.script.hold.clear();
  const { exitCode, stderr } = await again;
  expect(exitCode, stderr as string).toBe(0);
  expect(lines(stderr as string, /^✓ \d\d \w+ (?:done|no change)/)).toMatchInlineSnapshot(`
    "✓ 10 bootstrap no change
    ✓ 20 network no change
    ✓ 30 data no change
    ✓ 40 search done  N s
    ✓ 50 files done  N s
    ✓ 55 mail done  N s
    ✓ 58 edge done  N s
    ✓ 60 web done  N s
    ✓ 80 watch done  N s"
  `);
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
  aws.dropped = 24; // the SDK tries three times, and the boot log is asked for beside
  await untilStatus(() => aws.dropped === 0);
  aws.script.hold.clear();
  const { exitCode, stderr } = await running;
  expect(exitCode).toBe(0);
  expect(lines(stderr, /connection|answers again/)).toMatchInlineSnapshot(`
    "! No connection: cloudformation in eu-west-1 does not answer (ECONNRESET). AWS continues with 60
    ! AWS answers again."
  `);
});

test('the network is lost where nothing waits for it: nothing is left half-made, and the same command goes on', async () => {
  const { run, aws } = await site();
  aws.gate.cut = /^s3:PUT .*\/bundles\//;
  const ran = await run(yes);
  expect(ran.code).toBe(1);
  expect(from(ran.stderr, 'bootdev: ')).toMatchInlineSnapshot(`
    "bootdev: s3 in eu-west-1 does not answer (ECONNRESET).
      → check the network, then run the same command again: it continues where it stopped"
  `);
  const there = aws.cloudformation.stacks.filter(({ status }) => status !== 'DELETE_COMPLETE');
  expect(there.map(({ name, status }) => `${name} ${status}`)).toEqual(['shop-production-bootstrap CREATE_COMPLETE']);
  aws.gate.cut = undefined;
  const again = await run(yes);
  expect(again.code, again.stderr).toBe(0);
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

test('two at once: the second is told who holds the lock, and takes nothing that the first has planned for left over', async () => {
  const { run, aws, start } = await site();
  aws.script.hold.add('shop-production-data/Database');
  const first = start(yes);
  await untilStatus(() => aws.stack('shop-production-data').resources.get('Database')?.status === 'CREATE_IN_PROGRESS');
  const planned = () => aws.cloudformation.stacks.map(({ name, status }) => `${name} ${status}`);
  const before = planned();
  expect(before).toContain('shop-production-mail REVIEW_IN_PROGRESS');
  expect((await run(yes)).stderr).toContain('Another promote is changing this environment: ');
  expect(planned()).toEqual(before);
  aws.script.hold.clear();
  const { exitCode, stderr } = await first;
  expect(exitCode, stderr as string).toBe(0);

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
