/** destroy from the built program: in reverse, only ours, and what stays is said. */
import { expect, test } from 'vitest';
import { from, installProgram, lines, screen, site, yes } from './site.ts';

installProgram();

const destroy = ['destroy', '--yes', '--confirm', 'shop-production'];

test('last made first; protection is taken off, our buckets are emptied, what stays is listed', async () => {
  const { run, aws } = await site();
  await run(yes);
  const ran = await run(destroy);
  expect(ran.code, ran.stderr).toBe(0);
  expect(screen(ran.stdout)).toMatchInlineSnapshot(`
    "destroy shop-production
    delete        shop-production-watch
                  shop-production-web
                  shop-production-edge
                  shop-production-mail
                  shop-production-files
                  shop-production-search
                  shop-production-data
                  shop-production-network
                  shop-production-bootstrap
    LOST          10 bootstrap: bucket ArtifactBucket
    stays         50 files: EBS volume Volume1: a final snapshot
                  40 search: EBS volume Index: a final snapshot
                  30 data: database Database: a final snapshot"
  `);
  expect(lines(ran.stderr, /gone|emptied|stay|snapshot/)).toMatchInlineSnapshot(`
    "✓ 80 watch · alarm Alarm gone  N s
    ✓ 80 watch gone  N s
    ✓ 60 web · launch template AdminTemplate gone  N s
    ✓ 60 web · Auto Scaling group WebGroup gone  N s
    ✓ 60 web · launch template WebTemplate gone  N s
    ✓ 60 web gone  N s
    ✓ 58 edge · CloudFront distribution Distribution gone  N s
    ✓ 58 edge · load balancer Balancer gone  N s
    ✓ 58 edge gone  N s
    ✓ 55 mail · configuration set ConfigurationSet gone  N s
    ✓ 55 mail gone  N s
    ✓ 50 files · EBS volume Volume1 gone  N s
    ✓ 50 files gone  N s
    ✓ 40 search · launch template Template gone  N s
    ✓ 40 search · EBS volume Index gone  N s
    ✓ 40 search gone  N s
    ✓ 30 data · database Database gone  N s
    ✓ 30 data · database parameters DbParameters gone  N s
    ✓ 30 data gone  N s
    ✓ 20 network · subnet Subnet2 gone  N s
    ✓ 20 network · subnet Subnet1 gone  N s
    ✓ 20 network · VPC Vpc gone  N s
    ✓ 20 network gone  N s
    ✓ emptied shop-production-artifacts: N objects
    ✓ 10 bootstrap · bucket ArtifactBucket gone  N s
    ✓ 10 bootstrap gone  N s
    shop-production is gone.
    What stays in the account, and costs:
      50 files: EBS volume Volume1: a final snapshot
      40 search: EBS volume Index: a final snapshot
      30 data: database Database: a final snapshot"
  `);
  expect(aws.cloudformation.stacks.every(({ status }) => status === 'DELETE_COMPLETE')).toBe(true);
  expect([...aws.s3.buckets.keys()]).toEqual([]);
  const again = await run(destroy);
  expect(from(again.stderr, 'bootdev: ')).toMatchInlineSnapshot(`
    "bootdev: There are no stacks of shop-production in eu-west-1.
      → another environment? --env; another region? aws.region"
  `);
});

test('it takes the name, typed; --dry-run only shows', async () => {
  const { run, aws } = await site();
  await run(yes);
  expect((await run(['destroy', '--dry-run'])).code).toBe(0);
  const ran = await run(['destroy', '--yes']);
  expect(ran.code).toBe(2);
  expect(from(ran.stderr, 'bootdev: ')).toMatchInlineSnapshot(`
    "bootdev: Deleting cannot be undone: --yes also needs --confirm with the name.
      → bootdev destroy --yes --confirm shop-production"
  `);
  expect(aws.cloudformation.stacks.every(({ status }) => status === 'CREATE_COMPLETE')).toBe(true);
});

test('one that cannot be deleted: the cause, and destroy goes on there', async () => {
  const { run, aws } = await site();
  await run(yes);
  aws.script.fail.set(
    'shop-production-network/Vpc/delete',
    'The vpc has dependencies and cannot be deleted. (Service: Ec2, Status Code: 400)',
  );
  const ran = await run(destroy);
  expect(ran.code).toBe(1);
  expect(from(ran.stderr, '✗ 20 network failed')).toMatchInlineSnapshot(`
    "✗ 20 network failed  N s
    ✗ 20 network could not be deleted after N s
      cause    VPC Vpc: The vpc has dependencies and cannot be deleted.
      now      part of it is still there, and costs; not reached: 10 bootstrap
      next     mend the cause, then  bootdev destroy   (it goes on here)"
  `);
  aws.script.fail.clear();
  expect((await run(destroy)).code).toBe(0);
});

test('one stack that the settings do not ask for any more: said by promote, deleted alone', async () => {
  const { run, aws } = await site();
  await run(yes);
  const off = ['--set', 'search.engine=none'];
  const { stderr } = await run([...yes, ...off]);
  expect(lines(stderr, /not asked for|--part/)).toMatchInlineSnapshot(`
    "! shop-production-search is not asked for any more; it stays, and costs.
      bootdev destroy --part search"
  `);
  expect((await run([...destroy, '--part', 'search', ...off])).code).toBe(0);
  expect(aws.stack('shop-production-data').status).toBe('CREATE_COMPLETE');
  expect(aws.cloudformation.find('shop-production-search')).toBeUndefined();
});
