import type { Url } from '../../events.ts';
import { doorOf } from '../../machines/table.ts';
import { readApplication } from '../../project/applications.ts';
import type { Context } from '../../project/context.ts';
import type { PortName } from '../../project/state.ts';
import type { Settings } from '../../settings/schema.ts';
import { siteUrl } from '../target.ts';

/** Where a person goes: the site first, the application's own addresses last. */
export function readyUrls(
  { settings, sources }: Pick<Context, 'settings' | 'sources'>,
  ports: Record<PortName, number>,
): Url[] {
  const site = siteUrl(settings, ports.https);
  const { urls } = readApplication(settings.application, sources.docker);
  return [
    { name: 'site', url: site },
    ...(settings.balancer.https === 'both'
      ? [{ name: 'http', url: `http://${settings.site.domain}:${ports.http}` }]
      : []),
    { name: 'mail', url: `http://127.0.0.1:${ports.mail}` },
    { name: 's3', url: `http://127.0.0.1:${ports.s3}` },
    ...Object.entries(urls).map(([name, path]) => ({ name, url: `${site}${path}` })),
  ];
}

/** Address of a machine that has one for people, by machine name. */
export function machineUrls(settings: Settings, ports: Partial<Record<PortName, number>>): Record<string, string> {
  return {
    ...(ports.https ? { [doorOf(settings)]: siteUrl(settings, ports.https) } : {}),
    ...(ports.s3 ? { s3: `http://127.0.0.1:${ports.s3}` } : {}),
    ...(ports.mail ? { mail: `http://127.0.0.1:${ports.mail}` } : {}),
  };
}
