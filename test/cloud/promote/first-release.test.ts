/** A site that 0.1.0 promoted, and what promote says of it today: nothing with data is replaced, and what must not be done is refused in words. */
import { expect, test } from 'vitest';
import { isData } from '../../../src/cloud/stacks/words.ts';
import { adopt, deployFirstRelease } from './first-release.ts';
import { from, installProgram, screen, site } from './site.ts';

installProgram('cfn');

interface Change {
  resource: string;
  kind: string;
  sign: string;
  data?: string;
}

test('a site without a domain: what is replaced and what goes, by name; no data', async () => {
  const { run, aws } = await site();
  deployFirstRelease(aws, { site: { name: 'shop' } });
  const { stdout, stderr, code } = await run(['promote', '--unrehearsed', '--plan', '--json', ...adopt]);
  expect(code, stderr + stdout.slice(-2000)).toBe(3);
  const events = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  const { plan } = events.find(({ type }) => type === 'plan');
  expect(plan.dataLoss).toEqual([]);
  const stacks: { name: string; state: string; text?: string; changes: Change[] }[] = plan.stacks;
  const some = stacks.map(({ name, state, changes }) => {
    const having = (sign: string) => changes.filter((each) => each.sign === sign).map(({ resource }) => resource);
    return [name, state, ...['±', '-'].flatMap((sign) => having(sign).map((each) => `${sign} ${each}`))].join(' ');
  });
  expect(some).toMatchInlineSnapshot(`
    [
      "10 bootstrap update",
      "20 network update - WebToFilesNfs - WebToFilesNfsIn - AdminToFilesNfs - AdminToFilesNfsIn",
      "30 data update",
      "40 search later",
      "50 files later",
      "55 mail update",
      "58 edge update - FromCloudFront",
      "60 web later",
      "80 watch update ± Dashboard",
    ]
  `);
});

test('a site with a domain in Route 53: refused, before anything, because 58 edge would delete its record', async () => {
  const domain = { site: { name: 'shop', domain: 'shop.example.org' }, aws: { hostedZone: 'Z0123456789ABC' } };
  const { run, aws } = await site(`site: { name: shop, domain: shop.example.org }
aws: { region: eu-west-1, hostedZone: Z0123456789ABC }
mail: { from: shop@example.org }
`);
  deployFirstRelease(aws, { ...domain, mail: { from: 'shop@example.org' } });
  const { stderr, code } = await run(['promote', '--unrehearsed', '--yes', ...adopt]);
  expect(code).toBe(1);
  expect(from(stderr, 'bootdev: ')).toMatchInlineSnapshot(`
    "bootdev: address: 58 edge still has the record of shop.example.org, and would delete it before 70 address makes its own: minutes without a site
      → let 58 edge give it up without deleting it: docs/aws-faults.md"
  `);
  expect(aws.calls.filter((call) => /:(?:Create|Execute|Delete)/.test(call))).toEqual([]);
});

test('it is promoted: the same database, disks and buckets as before', async () => {
  const { run, aws } = await site();
  deployFirstRelease(aws, { site: { name: 'shop' } });
  const data = () =>
    aws.cloudformation.stacks.flatMap(({ name, resources }) =>
      [...resources].flatMap(([id, { type, physical }]) => (isData(type) ? [`${name} ${id} ${physical}`] : [])),
    );
  const before = data();
  expect(before.length).toBeGreaterThan(5);
  const ran = await run(['promote', '--unrehearsed', '--yes', ...adopt]);
  expect(ran.code, screen(ran.stderr).slice(-3000)).toBe(0);
  expect(data()).toEqual(expect.arrayContaining(before));
});
