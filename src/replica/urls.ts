import type { Url } from '../events.ts';
import type { PortName } from '../project/state.ts';
import type { Settings } from '../settings/schema.ts';
import { siteUrl } from './target.ts';

/** Where a person goes: the site first. */
export function readyUrls(settings: Settings, ports: Record<PortName, number>): Url[] {
  const urls = [
    { name: 'site', url: siteUrl(settings, ports.https) },
    ...(settings.balancer.https === 'both'
      ? [{ name: 'http', url: `http://${settings.site.domain}:${ports.http}` }]
      : []),
    { name: 'mail', url: `http://127.0.0.1:${ports.mail}` },
    { name: 's3', url: `http://127.0.0.1:${ports.s3}` },
  ];
  return settings.application === 'sample'
    ? [...urls, { name: 'status', url: `${siteUrl(settings, ports.https)}/status.json` }]
    : urls;
}

/** Address of a machine that has one for people, by machine name. */
export function machineUrls(settings: Settings, ports: Partial<Record<PortName, number>>): Record<string, string> {
  return {
    ...(ports.https ? { lb: siteUrl(settings, ports.https) } : {}),
    ...(ports.s3 ? { s3: `http://127.0.0.1:${ports.s3}` } : {}),
    ...(ports.mail ? { mail: `http://127.0.0.1:${ports.mail}` } : {}),
  };
}
