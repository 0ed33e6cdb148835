/** What preflight says about the domain: its zone, who may issue a certificate for it, and the state of its two certificates. */
import { expect, test } from 'vitest';
import type { FakeAws } from '../../fakes/aws.ts';
import { from, installProgram, lines, site, untilStatus, yes } from './site.ts';

installProgram();

const settings = `site: { name: shop, domain: www.shop.example.org }
aws: { region: eu-west-1, hostedZone: Z0123456789ABC }
mail: { from: shop@example.org }
`;
const plan = ['promote', '--unrehearsed', '--plan'];

test.each<[string, (aws: FakeAws) => void]>([
  ['a zone that does not exist', ({ route53 }) => route53.zones.clear()],
  ["another domain's zone", (aws) => Object.assign(zone(aws), { name: 'shop.example.com.' })],
  ['a name with only the same ending', (aws) => Object.assign(zone(aws), { name: 'op.example.org.' })],
  ['a zone below the domain of mail', (aws) => Object.assign(zone(aws), { name: 'shop.example.org.' })],
  ['a private zone', (aws) => Object.assign(zone(aws), { isPrivate: true })],
  ["another authority's domain", (aws) => certify(aws, 'shop.example.org.', '0 issue "letsencrypt.org"')],
  ['a domain that nobody may issue a certificate for', (aws) => certify(aws, 'example.org.', '0 issue ";"')],
])('refused before anything is created: %s', async (_, change) => {
  const { run, aws } = await site(settings);
  change(aws);
  const { stderr, code } = await run(yes);
  expect(code).toBe(1);
  expect(from(stderr, 'bootdev: ')).toMatchSnapshot();
  expect(aws.cloudformation.stacks).toEqual([]);
});

test.each<[string, string, string]>([
  ['Amazon is one of its authorities', 'shop.example.org.', '0 issue "amazonaws.com; account=1"'],
  ['its CAA record has only a mail address', 'shop.example.org.', '0 iodef "mailto:x@example.org"'],
  ['the CAA record is of another name', 'other.example.org.', '0 issue "letsencrypt.org"'],
])('allowed: %s', async (_, name, value) => {
  const { run, aws } = await site(settings);
  certify(aws, 'example.org.', '0 issue "letsencrypt.org"', '0 issue "amazon.com"');
  certify(aws, name, value);
  const { stdout, stderr, code } = await run(plan);
  expect(code, stderr).toBe(3);
  expect(stdout).toContain('certificate ✓');
});

test('an existing certificate: checked in both regions, each problem with its fix', async () => {
  const { run, aws } = await site(settings);
  await run(yes);
  const findings = async () =>
    (await run([...plan, '--json'])).stdout
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter(({ type, finding }) => type === 'finding' && finding.name === 'certificate')
      .map(({ finding: { state, text, fix } }) => [state, text, fix].filter(Boolean).join(' | '));
  expect(await findings()).toEqual(['good | of www.shop.example.org, issued until 2030-01-01']);

  const ResourceRecord = { Name: '_a1.www.shop.example.org.', Type: 'CNAME', Value: '_b2.acm-validations.aws.' };
  const DomainValidationOptions = [{ DomainName: 'www.shop.example.org', ResourceRecord }];
  aws.account.certificates = {
    'eu-west-1': { RenewalSummary: { RenewalStatus: 'PENDING_VALIDATION' }, DomainValidationOptions },
    'us-east-1': { Status: 'PENDING_VALIDATION', DomainValidationOptions },
  };
  expect(await findings()).toMatchInlineSnapshot(`
    [
      "warning | of www.shop.example.org in eu-west-1: AWS cannot renew it without its DNS record; it is valid until 2030-01-01 | add this record to the DNS of www.shop.example.org: _a1.www.shop.example.org. CNAME _b2.acm-validations.aws.",
      "warning | of www.shop.example.org in us-east-1: waiting for its DNS record | add this record to the DNS of www.shop.example.org: _a1.www.shop.example.org. CNAME _b2.acm-validations.aws.",
    ]
  `);

  aws.account.certificates = { 'eu-west-1': { Status: 'FAILED', FailureReason: 'CAA_ERROR' }, 'us-east-1': null };
  expect(await findings()).toMatchInlineSnapshot(`
    [
      "bad | of www.shop.example.org in eu-west-1: FAILED, CAA_ERROR | bootdev destroy --part edge, then --part edge-certificate and --part certificate; bootdev promote recreates them",
      "bad | of www.shop.example.org in us-east-1: it was deleted, but its stack still exists | bootdev destroy --part edge, then --part edge-certificate and --part certificate; bootdev promote recreates them",
    ]
  `);
  aws.account.certificates = { 'us-east-1': { Status: 'EXPIRED' } };
  const { code, stderr } = await run(yes);
  expect(code).toBe(1);
  expect(from(stderr, 'bootdev: ')).toMatchInlineSnapshot(`
    "bootdev: certificate: of www.shop.example.org in us-east-1: EXPIRED
      → bootdev destroy --part edge, then --part edge-certificate and --part certificate; bootdev promote recreates them"
  `);
});

test.each([[['watch']], [yes]])(
  'a certificate that waits for its DNS record: %j shows the record again',
  async (args) => {
    const { start, aws } = await site(settings);
    const record =
      'Content of DNS Record is: {Name: _a1.www.shop.example.org.,Type: CNAME,Value: _b2.acm-validations.aws.}';
    aws.script.reasons.set('shop-production-certificate/Certificate', record);
    aws.script.hold.add('shop-production-certificate/Certificate');
    const first = start(yes);
    await untilStatus(() => aws.stack('shop-production-certificate').events.length >= 3);
    first.kill('SIGINT');
    await first;
    const again = start(args);
    let said = '';
    again.stderr?.on('data', (chunk) => {
      said += chunk;
    });
    await untilStatus(() => said.includes('_a1.www.shop.example.org. CNAME _b2.acm-validations.aws.'));
    aws.script.hold.clear();
    const { exitCode, stderr } = await again;
    expect(exitCode, stderr as string).toBe(0);
  },
);

test('an identity without the permission: a warning, and promote continues', async () => {
  const { run, aws } = await site(settings);
  aws.refused.add('route53');
  const { stdout, code } = await run(plan);
  expect(code).toBe(3);
  expect(lines(stdout, /! certificate|cfn\/iam/)).toMatchInlineSnapshot(`
    "              ! certificate: not checked: AWS denied a call to route53: not authorized for route53
                    → give this identity the policy in cfn/iam/, or use another profile: aws.profile"
  `);
});

function zone({ route53 }: FakeAws) {
  const [first] = route53.zones.values();
  if (!first) throw new Error('no zone');
  return first;
}

function certify(aws: FakeAws, name: string, ...values: string[]): void {
  zone(aws).records.push({ name, type: 'CAA', values }, { name, type: 'A', values: ['192.0.2.1'] });
}
