import type { Finding } from '../../events.ts';
import type { Cloud } from '../cloud.ts';
import { ownMailHost } from '../stacks/parameters.ts';
import { bad } from './finding.ts';

/** Whether aws.hostedZone can have the records of the domain and of its mail, is public, and allows Amazon to issue a certificate. */
export async function checkHostedZone({ settings, aws }: Cloud, domain: string): Promise<Finding | undefined> {
  const { hostedZone: id } = settings.aws;
  if (!id) return undefined;
  const found = (text: string, fix: string) => bad('hosted zone', text, fix);
  const choose = `aws route53 list-hosted-zones, then set aws.hostedZone in bootdev.yaml to the id of a public zone of ${domain}`;
  const zones = await aws.zones();
  const zone = await zones.zone(id);
  if (!zone) return found(`${id} is not a zone of this account`, choose);
  const contains = (name: string) => name === zone.name || name.endsWith(`.${zone.name}`);
  const mailHost = ownMailHost(settings, domain);
  if (!contains(domain)) return found(`${id} is the zone of ${zone.name}, which cannot contain ${domain}`, choose);
  if (zone.isPrivate) return found(`${id} is a private zone: its records are not public`, choose);
  if (mailHost && !contains(mailHost))
    return found(
      `${id} is the zone of ${zone.name}, which cannot contain the records that verify mail from ${mailHost}`,
      `in bootdev.yaml, set mail.from to an address of ${zone.name}, or aws.hostedZone to the zone of ${mailHost}`,
    );
  for (const name of namesUpTo(domain, zone.name)) {
    const authorities = await zones.authorities(id, name);
    if (authorities.length === 0) continue;
    return allowsAmazon(authorities)
      ? undefined
      : found(
          `the CAA record of ${name} does not allow Amazon to issue a certificate for ${domain}`,
          `add to it: 0 issue "amazon.com"`,
        );
  }
  return undefined;
}

/** a.b.org in the zone b.org: a.b.org, b.org. The first name with CAA records decides (RFC 8659). */
function namesUpTo(domain: string, zone: string): string[] {
  const extra = domain.slice(0, -zone.length).split('.').filter(Boolean);
  return [...extra.map((_, index) => [...extra.slice(index), zone].join('.')), zone];
}

/** By the names of Amazon's certificate authority. Records without any `issue` forbid nothing. */
function allowsAmazon(records: readonly string[]): boolean {
  const issuers = records.flatMap((record) => /^\d+ issue "?([^";]*)/.exec(record)?.[1]?.trim() ?? []);
  return issuers.length === 0 || issuers.some((name) => /^(?:amazon|amazontrust|awstrust|amazonaws)\.com$/.test(name));
}
