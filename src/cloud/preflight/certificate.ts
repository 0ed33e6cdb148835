import { UserError } from '../../errors.ts';
import type { Finding } from '../../events.ts';
import type { Certificate } from '../../io/aws/aws.ts';
import type { Cloud } from '../cloud.ts';
import { hasResources, type StackSnapshot } from '../stacks/describe.ts';
import { domainOf } from '../stacks/stacks.ts';
import { bad, good, warning } from './finding.ts';
import { checkHostedZone } from './hosted-zone.ts';

const name = 'certificate';

/** Whether the domain can be validated, and the state of its two certificates, which their stacks do not tell. */
export async function checkCertificates(cloud: Cloud, snapshots: readonly StackSnapshot[]): Promise<Finding[]> {
  const { settings } = cloud;
  const domain = domainOf(settings);
  if (!domain) return [good(name, "not needed: there is no public domain, so the site uses CloudFront's own name")];
  try {
    const [zone, ...issued] = await Promise.all([
      checkHostedZone(cloud, domain),
      ...readCertificates(cloud, snapshots),
    ]);
    const problems = [zone, ...issued.map((each) => problemOf(domain, each))].filter((each) => each !== undefined);
    if (problems.length > 0) return problems;
    const [first] = issued;
    if (first) return [good(name, `of ${domain}, issued${untilWhen(first.certificate)}`)];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [warning(name, `not checked: ${error.message}`, error.hint ?? 'the policies in cfn/iam/ allow it')];
  }
  if (settings.aws.hostedZone) return [good(name, `AWS validates it by itself in zone ${settings.aws.hostedZone}`)];
  return [
    warning(
      name,
      `${domain} must be validated by a DNS record; promote shows the record and waits for it`,
      "have access to the domain's DNS ready, or set aws.hostedZone",
    ),
  ];
}

interface RegionalCertificate {
  /** us-east-1: CloudFront's. */
  region: string;
  certificate: Certificate | undefined;
}

function readCertificates(cloud: Cloud, snapshots: readonly StackSnapshot[]): Promise<RegionalCertificate>[] {
  return snapshots.flatMap(({ stack, info }) => {
    const arn = info && hasResources(info) ? info.outputs.CertificateArn : undefined;
    if (!arn || stack.file !== '15-certificate.yaml') return [];
    const { region = cloud.aws.region } = stack;
    return [cloud.aws.certificates(region).then(async (acm) => ({ region, certificate: await acm.certificate(arn) }))];
  });
}

function problemOf(domain: string, { region, certificate }: RegionalCertificate): Finding | undefined {
  const which = `of ${domain} in ${region}`;
  if (!certificate) return bad(name, `${which}: it was deleted, but its stack still exists`, recreate);
  const { status, renewal, record, reason } = certificate;
  const fix = `add this record to the DNS of ${domain}: ${record}`;
  if (status === 'PENDING_VALIDATION') return warning(name, `${which}: waiting for its DNS record`, fix);
  if (status !== 'ISSUED') return bad(name, `${which}: ${[status, reason].filter(Boolean).join(', ')}`, recreate);
  if (!/^(?:PENDING_VALIDATION|FAILED)$/.test(renewal)) return undefined;
  return warning(
    name,
    `${which}: AWS cannot renew it without its DNS record; it is valid${untilWhen(certificate)}`,
    fix,
  );
}

/** An expired certificate is not renewed, and its stack cannot be deleted while the edge stack uses it. */
const recreate =
  'bootdev destroy --part edge, then --part edge-certificate and --part certificate; bootdev promote recreates them';

const untilWhen = (certificate: Certificate | undefined) =>
  certificate?.until ? ` until ${certificate.until.toISOString().slice(0, 10)}` : '';
