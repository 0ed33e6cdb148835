import type { Finding } from '../../events.ts';
import type { Cloud } from '../cloud.ts';
import { hasResources, type Seen } from '../look.ts';
import { domainOf } from '../stacks.ts';
import { good, warning } from './finding.ts';

export function certificateFinding({ settings }: Cloud, seen: readonly Seen[]): Finding {
  if (!domainOf(settings)) return good('certificate', "none needed: no public domain, so CloudFront's own name");
  const there = seen.find(({ stack }) => stack.part === 'certificate')?.info;
  if (there && hasResources(there)) return good('certificate', `of ${settings.site.domain}, issued`);
  if (settings.aws.hostedZone) return good('certificate', `confirmed by AWS itself in zone ${settings.aws.hostedZone}`);
  return warning(
    'certificate',
    `${settings.site.domain} has to be confirmed by a DNS record; promote waits for it and shows it`,
    'have the DNS of the domain at hand, or set aws.hostedZone',
  );
}
