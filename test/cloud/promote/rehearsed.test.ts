/** Only what this project's replica has shown to work is promoted; the engine is a fake. */
import { expect, test } from 'vitest';
import { replica } from './replica.ts';
import { from, installProgram, lines, site } from './site.ts';

installProgram();

test('the same bundle, applied and healthy on every machine: promoted; then parity, which differs without reports from the nodes', async () => {
  const { run, dir, aws } = await site();
  const { stdout, code, stderr } = await run(['promote', '--yes'], await replica(dir));
  expect(code).toBe(1);
  expect(stderr).toMatch(/✓ ready in[\s\S]*✓ read the replica[\s\S]*✓ read shop-production on AWS/);
  expect(stdout).toContain('no web node reports');
  expect(lines(stdout, /^bundle|rehearsed/)).toMatchInlineSnapshot(
    `"bundle        DIGEST (replica: same, 13 of 13 machines)   release DIGEST"`,
  );
  const key = aws.s3.keys('shop-production-artifacts').find((each) => each.startsWith('journal/')) ?? '';
  expect(aws.s3.buckets.get('shop-production-artifacts')?.get(key)?.bytes.toString()).toContain('"unrehearsed":false');
});

test('another bundle than the one that ran: refused', async () => {
  const { run, dir } = await site();
  const { stderr, code } = await run(['promote', '--yes', '--set', 'cache.ttl=33'], await replica(dir));
  expect(code).toBe(1);
  expect(from(stderr, 'bootdev: ')).toMatchInlineSnapshot(`
    "bootdev: This bundle (DIGEST) is not rehearsed: the replica was last ready with DIGEST.
      → bootdev up   (or, at your own risk, recorded and shown: bootdev promote --unrehearsed)"
  `);
});

test('a machine that is not healthy with it now: refused, by its name', async () => {
  const { run, dir } = await site();
  const env = await replica(dir, ([, web]) => {
    if (web) web.health = 'unhealthy';
  });
  const { stderr, code } = await run(['promote', '--yes'], env);
  expect(code).toBe(1);
  expect(from(stderr, 'bootdev: ')).toMatchInlineSnapshot(`
    "bootdev: This bundle (DIGEST) is not rehearsed: replica: only 12 of 13 machines are healthy with it now (web-1: unhealthy).
      → bootdev up   (or, at your own risk, recorded and shown: bootdev promote --unrehearsed)"
  `);
});

test('changed files on a machine: refused', async () => {
  const { run, dir } = await site();
  const env = await replica(dir, ([, web]) => {
    if (web) Object.assign(web.report, { digest: '0'.repeat(64), differs: ['/etc/nginx/nginx.conf'] });
  });
  const { stderr } = await run(['promote', '--yes'], env);
  expect(from(stderr, 'bootdev: ')).toMatchInlineSnapshot(`
    "bootdev: This bundle (DIGEST) is not rehearsed: replica: only 12 of 13 machines are healthy with it now (web-1: differs).
      → bootdev up   (or, at your own risk, recorded and shown: bootdev promote --unrehearsed)"
  `);
});

test('a live folder: a release of it is offered first, and without somebody to ask nothing is planned', async () => {
  const { run, dir, aws } = await site();
  const env = await replica(dir, (all) => {
    for (const { service, report } of all) if (service === 'web') Object.assign(report, { release: 'live' });
  });
  const plan = await run(['promote', '--plan'], env);
  expect(from(plan.stderr, 'bootdev: ')).toMatchInlineSnapshot(`
    "bootdev: This bundle (DIGEST) is not rehearsed: the replica serves a live folder, not a release.
      → bootdev up --set code.mode=release   (or, at your own risk, recorded and shown: bootdev promote --unrehearsed)"
  `);
  const asked = await run(['promote'], env);
  expect(asked.code).toBe(2);
  expect(from(asked.stderr, 'bootdev: ')).toMatchInlineSnapshot(`
    "bootdev: --yes is required when not running interactively.
      → bootdev promote --yes"
  `);
  expect(aws.calls.filter((call) => call.startsWith('cloudformation:CreateChangeSet'))).toEqual([]);
});
