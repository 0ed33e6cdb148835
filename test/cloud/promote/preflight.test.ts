/** What promote refuses before anything is created, each with its fix. From the built program. */
import { expect, test } from 'vitest';
import { from, installProgram, site, yes } from './site.ts';

installProgram();

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
  expect(code).toBe(3);
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
