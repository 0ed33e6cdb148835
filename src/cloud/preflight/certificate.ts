import { UserError } from '../../errors.ts';
import type { Finding } from '../../events.ts';
import type { Certificate } from '../../io/aws/aws.ts';
import type { Cloud } from '../cloud.ts';
import { hasResources, type StackSnapshot } from '../stacks/describe.ts';
import { domainOf } from '../stacks/stacks.ts';
import { bad, good, warning } from './finding.ts';
import { hostedZoneFinding } from './hosted-zone.ts';

const name = 'certificate';

/** Whether the site's name can be confirmed, and how its two certificates are: a stack that stands says nothing of their age. */
export async function certificateFindings(cloud: Cloud, seen: readonly StackSnapshot[]): Promise<Finding[]> {
  const { settings } = cloud;
  const domain = domainOf(settings);
  if (!domain) return [good(name, "none needed: no public domain, so CloudFront's own name")];
  try {
    const [zone, ...made] = await Promise.all([hostedZoneFinding(cloud, domain), ...look(cloud, seen)]);
    const problems = [zone, ...made.map((each) => problem(domain, each))].filter((each) => each !== undefined);
    if (problems.length > 0) return problems;
    const [first] = made;
    if (first) return [good(name, `of ${domain}, issued${untilWhen(first.certificate)}`)];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [warning(name, `not looked at: ${error.message}`, error.hint ?? 'the policies in cfn/iam/ allow it')];
  }
  if (settings.aws.hostedZone) return [good(name, `confirmed by AWS itself in zone ${settings.aws.hostedZone}`)];
  return [
    warning(
      name,
      `${domain} has to be confirmed by a DNS record; promote waits for it and shows it`,
      'have the DNS of the domain at hand, or set aws.hostedZone',
    ),
  ];
}

interface Made {
  /** us-east-1: CloudFront's. */
  region: string;
  certificate: Certificate | undefined;
}

function look(cloud: Cloud, seen: readonly StackSnapshot[]): Promise<Made>[] {
  return seen.flatMap(({ stack, info }) => {
    const arn = info && hasResources(info) ? info.outputs.CertificateArn : undefined;
    if (!arn || stack.file !== '15-certificate.yaml') return [];
    const { region = cloud.aws.region } = stack;
    return [cloud.aws.certificates(region).then(async (acm) => ({ region, certificate: await acm.certificate(arn) }))];
  });
}

function problem(domain: string, { region, certificate }: Made): Finding | undefined {
  const which = `of ${domain} in ${region}`;
  if (!certificate) return bad(name, `${which}: deleted, though its stack stands`, anew);
  const { status, renewal, record, reason } = certificate;
  const mend = `set this record in the DNS of ${domain}: ${record}`;
  if (status === 'PENDING_VALIDATION') return warning(name, `${which}: waits for its DNS record`, mend);
  if (status !== 'ISSUED') return bad(name, `${which}: ${[status, reason].filter(Boolean).join(', ')}`, anew);
  if (!/^(?:PENDING_VALIDATION|FAILED)$/.test(renewal)) return undefined;
  return warning(
    name,
    `${which}: AWS cannot renew it without its DNS record; it is valid${untilWhen(certificate)}`,
    mend,
  );
}

/** A certificate that has ended is not renewed, and what uses it holds its stack. */
const anew =
  'bootdev destroy --part edge, then --part edge-certificate and --part certificate; bootdev promote makes them anew';

const untilWhen = (certificate: Certificate | undefined) =>
  certificate?.until ? ` until ${certificate.until.toISOString().slice(0, 10)}` : '';
