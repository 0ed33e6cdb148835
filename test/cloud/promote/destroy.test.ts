/** destroy from the built program: in reverse order, only our own stacks, and with a list of what stays. */
import { expect, test } from 'vitest';
import { from, installProgram, lines, screen, site, yes } from './site.ts';

installProgram();

const destroy = ['destroy', '--yes', '--confirm', 'shop-production'];

test('in reverse order; protection is turned off, our buckets are emptied, what stays is listed', async () => {
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
    LOST          50 files: bucket MediaBucket
                  10 bootstrap: bucket ArtifactBucket
    stays         50 files: EBS volume Volume1: a final snapshot
                  40 search: EBS volume Index: a final snapshot
                  30 data: database Database: a final snapshot"
  `);
  expect(lines(ran.stderr, /deleted|emptied|Kept|snapshot/)).toMatchInlineSnapshot(`
    "✓ 80 watch · alarm Alarm deleted  N s
    ✓ 80 watch deleted  N s
    ✓ 60 web · launch template AdminTemplate deleted  N s
    ✓ 60 web · Auto Scaling group WebGroup deleted  N s
    ✓ 60 web · launch template WebTemplate deleted  N s
    ✓ 60 web deleted  N s
    ✓ 58 edge · CloudFront distribution Distribution deleted  N s
    ✓ 58 edge · load balancer Balancer deleted  N s
    ✓ 58 edge deleted  N s
    ✓ 55 mail · configuration set ConfigurationSet deleted  N s
    ✓ 55 mail deleted  N s
    ✓ 50 files · bucket MediaBucket deleted  N s
    ✓ 50 files · EBS volume Volume1 deleted  N s
    ✓ 50 files deleted  N s
    ✓ 40 search · launch template Template deleted  N s
    ✓ 40 search · EBS volume Index deleted  N s
    ✓ 40 search deleted  N s
    ✓ 30 data · database Database deleted  N s
    ✓ 30 data · database parameters DbParameters deleted  N s
    ✓ 30 data deleted  N s
    ✓ 20 network · subnet Subnet2 deleted  N s
    ✓ 20 network · subnet Subnet1 deleted  N s
    ✓ 20 network · VPC Vpc deleted  N s
    ✓ 20 network deleted  N s
    ✓ emptied shop-production-artifacts: N objects
    ✓ 10 bootstrap · bucket ArtifactBucket deleted  N s
    ✓ 10 bootstrap deleted  N s
    shop-production is deleted.
    Kept in the account, and still costing money:
      50 files: EBS volume Volume1: a final snapshot
      40 search: EBS volume Index: a final snapshot
      30 data: database Database: a final snapshot"
  `);
  expect(aws.cloudformation.stacks.every(({ status }) => status === 'DELETE_COMPLETE')).toBe(true);
  expect([...aws.s3.buckets.keys()]).toEqual([]);
  const again = await run(destroy);
  expect(from(again.stderr, 'bootdev: ')).toMatchInlineSnapshot(`
    "bootdev: There are no stacks of shop-production in eu-west-1.
      → for another environment use --env, for another region set aws.region"
  `);
});

test('the name has to be typed; --dry-run only shows', async () => {
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

test('a stack that cannot be deleted: the cause, and destroy continues from there', async () => {
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
      now      part of it still exists, and costs money; not started: 10 bootstrap
      next     fix the cause, then
               bootdev destroy   (it continues from here)"
  `);
  aws.script.fail.clear();
  expect((await run(destroy)).code).toBe(0);
});

test('a stack that the settings do not use any more: promote warns, destroy --part deletes it alone', async () => {
  const { run, aws } = await site();
  await run(yes);
  const off = ['--set', 'search.engine=none'];
  const { stderr } = await run([...yes, ...off]);
  expect(lines(stderr, /settings do not use|--part/)).toMatchInlineSnapshot(`
    "! The settings do not use shop-production-search any more. It is kept, and it still costs money.
      bootdev destroy --part search"
  `);
  expect((await run([...destroy, '--part', 'search', ...off])).code).toBe(0);
  expect(aws.stack('shop-production-data').status).toBe('CREATE_COMPLETE');
  expect(aws.cloudformation.find('shop-production-search')).toBeUndefined();
});
