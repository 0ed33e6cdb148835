/** What there is only one of, in an account or in the world, and somebody else may have: a DNS record, a CloudFront alias, an SES identity. */
import { UserError } from '../../errors.ts';
import type { Finding } from '../../events.ts';
import type { Cloud, DnsRecord } from '../cloud.ts';
import { hasResources, type StackSnapshot } from '../stacks/describe.ts';
import { mailIdentityOf } from '../stacks/parameters.ts';
import { domainOf } from '../stacks/stacks.ts';
import { readTemplate } from '../stacks/template.ts';
import { type Account, bad, good, warning } from './finding.ts';

interface Registers {
  findings: Finding[];
  mailIdentityIsThere: boolean;
  foreignAddress?: DnsRecord;
}

export async function checkRegisters(
  cloud: Cloud,
  account: Account,
  snapshots: readonly StackSnapshot[],
): Promise<Registers> {
  const [alias, address, mailIdentityIsThere] = await Promise.all([
    allowed(checkAlias(cloud, snapshots)),
    allowed(findAddress(cloud, snapshots)),
    allowed(isForeignIdentity(cloud, account, snapshots)),
  ]);
  const { from } = cloud.settings.mail;
  return {
    findings: [
      ...(alias ? [alias] : []),
      ...checkAddress(cloud, snapshots, address),
      ...(mailIdentityIsThere
        ? [
            warning(
              'mail identity',
              `SES has ${mailIdentityOf(cloud.settings)} already: it is used as it is, and stays when this environment is deleted`,
              `see that whoever made it has verified it and handles what comes back to ${from}`,
            ),
          ]
        : []),
    ],
    mailIdentityIsThere: mailIdentityIsThere ?? false,
    ...(address ? { foreignAddress: address } : {}),
  };
}

/** Who may not look finds out when the stack is made. */
const allowed = <Value>(looking: Promise<Value>): Promise<Value | undefined> =>
  looking.catch((error) => {
    if (error instanceof UserError) return undefined;
    throw error;
  });

const infoOf = (snapshots: readonly StackSnapshot[], part: string) => {
  const info = snapshots.find(({ stack }) => stack.part === part)?.info;
  return info && hasResources(info) ? info : undefined;
};

async function checkAlias({ settings, aws }: Cloud, snapshots: readonly StackSnapshot[]): Promise<Finding | undefined> {
  const domain = domainOf(settings);
  const holder = domain ? await (await aws.edge()).aliasHolder(domain) : undefined;
  if (!holder || holder === infoOf(snapshots, 'edge')?.outputs.DistributionId) return undefined;
  return bad(
    'alias',
    `${domain} is an alias of CloudFront's distribution ${holder}, and can be that of one only`,
    'take it away there, or give this environment another site.domain',
  );
}

async function findAddress({ settings, aws }: Cloud, snapshots: readonly StackSnapshot[]) {
  const domain = domainOf(settings);
  const { hostedZone } = settings.aws;
  if (!domain || !hostedZone || infoOf(snapshots, 'address')) return undefined;
  return (await (await aws.zones()).addresses(hostedZone, domain))[0];
}

function checkAddress(
  { settings }: Cloud,
  snapshots: readonly StackSnapshot[],
  address: DnsRecord | undefined,
): Finding[] {
  if (!address) return [];
  const domain = domainOf(settings);
  const edge = snapshots.find(({ stack }) => stack.part === 'edge');
  if (edge?.deployedTemplate && readTemplate(edge.deployedTemplate).resources.has('Address'))
    return [
      bad(
        'address',
        `58 edge still has the record of ${domain}, and would delete it before 70 address makes its own: minutes without a site`,
        'let 58 edge give it up without deleting it: docs/aws-faults.md',
      ),
    ];
  if (address.target === infoOf(snapshots, 'edge')?.outputs.DistributionDomain)
    return [good('address', `${domain} leads here; its record is yours`)];
  return [
    warning(
      'address',
      `${domain} leads to ${address.target}, and stays there`,
      'promote ends with the command that switches it, at once and without a gap',
    ),
  ];
}

/** Not that of our own stack. */
async function isForeignIdentity({ settings }: Cloud, account: Account, snapshots: readonly StackSnapshot[]) {
  const identity = mailIdentityOf(settings);
  if (identity.endsWith('.localhost')) return false;
  const mail = infoOf(snapshots, 'mail')?.parameters;
  const ours = mail?.MailIdentity === identity && mail.MailIdentityIsThere !== 'true';
  return !ours && (await account.hasMailIdentity(identity));
}
