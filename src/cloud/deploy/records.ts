/** DNS that is not ours to change: which records make the name lead here, and mail be believed. */
import type { Event } from '../../events.ts';
import type { Cloud, DnsRecord } from '../cloud.ts';
import { domainOf } from '../stacks/stacks.ts';

/** The zone of all CloudFront names. */
const cloudfrontZone = 'Z2FDTNDATAQYW2';

export function* recordsToMake(
  { settings }: Cloud,
  { DistributionDomain: target, DkimRecords }: Readonly<Record<string, string>>,
  foreign: DnsRecord | undefined,
): Generator<Event, void> {
  const domain = domainOf(settings);
  const { hostedZone } = settings.aws;
  if (!domain || !target) return;
  if (!hostedZone)
    yield notice(
      `${domain} has to lead to CloudFront, which its own DNS says.`,
      `${domain} CNAME ${target}   (at the top of a zone: ALIAS or ANAME, as your DNS calls it)`,
    );
  else if (foreign && foreign.target !== target)
    yield notice(
      `${domain} still leads to ${foreign.target}. This switches it at once:`,
      switchOf(hostedZone, domain, target, foreign),
    );
  if (DkimRecords && !hostedZone)
    yield notice(
      'Mail is believed to be yours once its DNS has these records.',
      DkimRecords.split(/,\s+/).join('\n    '),
    );
}

const notice = (text: string, hint: string): Event => ({ type: 'notice', level: 'info', text, hint });

/** A change of one record is atomic: no visitor finds none. A CNAME stays one, since no other type may be beside it. */
function switchOf(zone: string, name: string, target: string, { type }: DnsRecord): string {
  const alias = { HostedZoneId: cloudfrontZone, DNSName: target, EvaluateTargetHealth: false };
  const records =
    type === 'CNAME'
      ? [{ Name: name, Type: type, TTL: 60, ResourceRecords: [{ Value: target }] }]
      : ['A', 'AAAA'].map((Type) => ({ Name: name, Type, AliasTarget: alias }));
  const batch = { Changes: records.map((ResourceRecordSet) => ({ Action: 'UPSERT', ResourceRecordSet })) };
  return `aws route53 change-resource-record-sets --hosted-zone-id ${zone} --change-batch '${JSON.stringify(batch)}'`;
}
