/** The shipped templates, from the built program: every parameter gets a value, and a change changes only the stacks it belongs to. */
import { expect, test } from 'vitest';
import { installProgram, site, yes } from './site.ts';

installProgram('cfn');

const executed = async (run: Awaited<ReturnType<typeof site>>['run'], args: string[]) => {
  const { stdout, stderr, code } = await run([...args, '--json']);
  expect(code, stderr).toBe(0);
  const events = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  return events.filter(({ type, state }) => type === 'stack' && state === 'done').map(({ name }) => name);
};

/** Large stacks: pages as large as AWS's. */
async function shipped(yaml?: string) {
  const made = await site(yaml);
  made.aws.cloudformation.pageSize = 100;
  return made;
}

test.each([
  ['a site without a domain', 'site: { name: shop }\naws: { region: eu-west-1 }\n'],
  [
    'a site with a domain in Route 53, two zones, MariaDB, no search, no shared files',
    `site: { name: shop, domain: shop.example.org }
aws: { region: eu-west-1, hostedZone: Z0123456789ABC, zones: 2, nat: per-zone, alarmMail: ops@example.org }
database: { engine: mariadb }
search: { engine: none }
files: { store: volume }
`,
  ],
  ['a large site', 'size: large\nsite: { name: shop }\naws: { region: eu-central-1 }\n'],
])('%s', async (_, yaml) => {
  const { run, aws } = await shipped(yaml);
  const made = await executed(run, yes);
  expect(made).toHaveLength(aws.cloudformation.stacks.length);
  expect(await executed(run, yes)).toEqual([]);
  // As `aws cloudformation update-stack` does, whose value no setting has: test/cloud/plan/round-trip.test.ts has all of them.
  const own = { bootstrap: { LogDays: '30' }, edge: { EdgePriceClass: 'PriceClass_All' }, web: { WebDisk: '33' } };
  for (const [part, set] of Object.entries(own)) Object.assign(aws.stack(`shop-production-${part}`).parameters, set);
  expect(await executed(run, [...yes, '--set', 'cache.ttl=33'])).toEqual(['60 web']);
  for (const [part, set] of Object.entries(own))
    expect(aws.stack(`shop-production-${part}`).parameters).toMatchObject(set);
});

test('what only the admin machine does changes nothing of the web group', async () => {
  const { run, aws } = await shipped();
  await executed(run, yes);
  const web = aws.stack('shop-production-web').parameters.WebBundle;
  expect(await executed(run, [...yes, '--set', 'cron.interval=600'])).toEqual(['60 web']);
  expect(aws.stack('shop-production-web').parameters.WebBundle).toBe(web);
});

test('destroy: what the templates keep is listed, the rest is deleted', async () => {
  const { run, aws } = await shipped();
  await executed(run, yes);
  const { stdout, stderr, code } = await run(['destroy', '--yes', '--confirm', 'shop-production']);
  expect(code, stderr).toBe(0);
  expect(stdout).toContain('database Database: a final snapshot');
  // The database's own protection is off before its stack is deleted, and the machines' records are out of the zone.
  const deletions = aws.calls.filter((call) => /:(?:DeleteStack|ModifyDBInstance|POST .*rrset)/.test(call));
  const parts = deletions.map((call) => call.replace(/^.*:(\w+).*$/, '$1'));
  expect(parts.lastIndexOf('ModifyDBInstance')).toBeGreaterThan(0);
  expect(parts.lastIndexOf('POST')).toBeGreaterThan(parts.lastIndexOf('ModifyDBInstance'));
  expect(parts.lastIndexOf('DeleteStack')).toBeGreaterThan(parts.lastIndexOf('POST'));
  expect(aws.cloudformation.stacks.every(({ status }) => status === 'DELETE_COMPLETE')).toBe(true);
});
