import type { Finding } from '../../events.ts';
import type { Cloud } from '../cloud.ts';
import { ownMailHost } from '../stacks/parameters.ts';
import { bad } from './finding.ts';

/** Whether records of the domain, and of its mail, can stand in aws.hostedZone, where the world sees them, and let Amazon sign its certificate. */
export async function hostedZoneFinding({ settings, aws }: Cloud, domain: string): Promise<Finding | undefined> {
  const { hostedZone: id } = settings.aws;
  if (!id) return undefined;
  const found = (text: string, mend: string) => bad('hosted zone', text, mend);
  const choose = `aws route53 list-hosted-zones, then aws.hostedZone in bootdev.yaml: the id of a public zone of ${domain}`;
  const zones = await aws.zones();
  const zone = await zones.zone(id);
  if (!zone) return found(`${id}: this account has no such zone`, choose);
  const stands = (name: string) => name === zone.name || name.endsWith(`.${zone.name}`);
  const mailHost = ownMailHost(settings, domain);
  if (!stands(domain)) return found(`${id} is the zone of ${zone.name}, and ${domain} cannot stand in it`, choose);
  if (zone.isPrivate) return found(`${id} is a private zone: nobody outside sees its records`, choose);
  if (mailHost && !stands(mailHost))
    return found(
      `${id} is the zone of ${zone.name}, and the records that prove mail of ${mailHost} cannot stand in it`,
      `mail.from: an address of ${zone.name} in bootdev.yaml, or aws.hostedZone: the zone of ${mailHost}`,
    );
  for (const name of namesUpTo(domain, zone.name)) {
    const authorities = await zones.authorities(id, name);
    if (authorities.length === 0) continue;
    return letsAmazon(authorities)
      ? undefined
      : found(
          `the CAA record of ${name} does not let Amazon make a certificate for ${domain}`,
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

/** Names by which Amazon's authority is known. Records without any `issue` forbid nothing. */
function letsAmazon(records: readonly string[]): boolean {
  const issuers = records.flatMap((record) => /^\d+ issue "?([^";]*)/.exec(record)?.[1]?.trim() ?? []);
  return issuers.length === 0 || issuers.some((name) => /^(?:amazon|amazontrust|awstrust|amazonaws)\.com$/.test(name));
}
