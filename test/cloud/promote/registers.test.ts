/** What somebody else may have: the name in DNS, CloudFront's alias, SES's identity. And that visitors come last. From the built program. */
import { expect, test } from 'vitest';
import { from, installProgram, site, yes } from './site.ts';

installProgram('cfn');

const zone = 'Z0123456789ABC';
const inZone = `site: { name: shop, domain: shop.example.org }
aws: { region: eu-west-1, hostedZone: ${zone} }
mail: { from: shop@example.org }
`;

async function shipped(yaml: string) {
  const made = await site(yaml);
  made.aws.cloudformation.pageSize = 100;
  const edge = made.aws.script.outputs.get('shop-production-edge');
  made.aws.script.outputs.set('shop-production-edge', { ...edge, SiteUrl: 'http://shop.example.org/' });
  return made;
}

test("the name leads to CloudFront last: after the machines answered for the site's name, whatever it leads to by now", async () => {
  const { run, aws } = await shipped(inZone);
  aws.site = 503;
  aws.script.onCreate = watching(aws.script.onCreate, 'AWS::AutoScaling::AutoScalingGroup', () => {
    aws.site = 200;
  });
  const ran = await run(yes);
  expect(ran.code, ran.stderr).toBe(0);
  const records = aws.route53.zones.get(zone)?.records.filter(({ name }) => name === 'shop.example.org.');
  expect(records?.map(({ type }) => type)).toEqual(['A', 'AAAA']);
  const executed = aws.calls.flatMap((call, at) => (call.endsWith(':ExecuteChangeSet') ? [at] : []));
  const visit = aws.calls.indexOf('visitor:shop.example.org');
  expect([executed.at(-3), executed.at(-2)].map((at) => (at ?? 0) < visit)).toEqual([true, false]);
});

function watching(before: (made: never) => void, kind: string, then: () => void) {
  return (made: { type: string }) => {
    before(made as never);
    if (made.type === kind) then();
  };
}

test('a name that leads elsewhere stays there: promote ends with the command that switches it', async () => {
  const { run, aws } = await shipped(inZone);
  aws.route53.zones.get(zone)?.records.push({ name: 'shop.example.org.', type: 'A', values: ['203.0.113.9'] });
  const ran = await run(yes);
  expect(ran.code, ran.stderr).toBe(0);
  expect(ran.stderr).toContain('shop.example.org still leads to 203.0.113.9. This switches it at once:');
  expect(ran.stderr.replaceAll(/\s+/g, '')).toContain(`change-resource-record-sets--hosted-zone-id${zone}`);
  expect(aws.cloudformation.find('shop-production-address')).toBeUndefined();
  expect((await run(yes)).code).toBe(0);
});

test('DNS elsewhere: the records to make are shown', async () => {
  const { run, aws } = await shipped(inZone.replace(`, hostedZone: ${zone}`, ''));
  const ran = await run(yes);
  expect(ran.code, ran.stderr).toBe(0);
  expect(ran.stderr).toContain(`shop.example.org CNAME ${new URL(aws.url).host}`);
  expect(ran.stderr.match(/ CNAME shop-production-mail-identity\.DkimDNSTokenValue\d/g)).toHaveLength(3);
});

test("an identity that SES has already is used as it is; one's own is not taken for another's", async () => {
  const { run, aws } = await shipped(inZone);
  aws.account.identities.add('example.org');
  const ran = await run(yes);
  expect(ran.code, ran.stderr).toBe(0);
  expect(ran.stderr + ran.stdout).toContain('SES has example.org already');
  expect(aws.stack('shop-production-mail').resources.has('Identity')).toBe(false);
  const other = await shipped(inZone);
  expect((await other.run(yes)).code).toBe(0);
  const again = await other.run([...yes, '--set', 'cache.ttl=33']);
  expect(again.code, again.stderr).toBe(0);
  expect(other.aws.stack('shop-production-mail').resources.has('Identity')).toBe(true);
});

test("another distribution's alias is refused before anything is created", async () => {
  const { run, aws } = await shipped(inZone);
  aws.account.distributions.set('E2OTHER', 'shop.example.org');
  const ran = await run(yes);
  expect(ran.code).toBe(1);
  expect(from(ran.stderr, 'bootdev: ')).toContain("shop.example.org is an alias of CloudFront's distribution E2OTHER");
  expect(aws.cloudformation.stacks).toEqual([]);
});
