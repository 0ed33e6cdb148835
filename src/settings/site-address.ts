/** An address of the site, as a person types it. */
import { exitCode, UserError } from '../errors.ts';
import type { Settings } from './schema.ts';

/** What to purge: addresses or paths of the site, what addresses begin with, or everything. */
export interface PurgeOptions {
  urls?: readonly string[];
  prefix?: string | undefined;
  all?: boolean;
}

/** A line each, as the door takes them (docker/roles/php-fpm/root/etc/php/prelude/rules.php): addresses, beginnings with `*`, or `*`. */
export function purgeLines(settings: Settings, { urls = [], prefix, all = false }: PurgeOptions): string[] {
  if (all) return ['*'];
  const lines = urls.map((url) => siteAddress(settings, url));
  if (prefix !== undefined) lines.push(`${siteAddress(settings, prefix.replace(/\*$/, ''))}*`);
  if (lines.length > 0) return lines;
  throw new UserError('Nothing was named to purge.', {
    hint: `bootdev purge https://${settings.site.domain}/about   (or --prefix, or --all)`,
    code: exitCode.usage,
  });
}

/** The same as CloudFront writes paths: encoded, `*` at the end for anything. */
export const edgePaths = (lines: readonly string[]): string[] => [...new Set(lines.map(edgePath))];

function edgePath(line: string): string {
  if (line === '*') return '/*';
  const { pathname, search } = new URL(line);
  return `${pathname}${search}`;
}

/** Whole, from an address or a path. Throws UserError for another site's. */
export function siteAddress({ site: { domain } }: Settings, text: string): string {
  const whole = text.startsWith('/') ? `https://${domain}${text}` : text;
  const wrong = (why: string) =>
    new UserError(`"${text}" ${why}.`, { hint: `such as https://${domain}/about, or /about`, code: exitCode.usage });
  if (!/^https?:\/\/[^\s]+$/i.test(whole) || !URL.canParse(whole)) throw wrong('is not an address');
  const { hostname } = new URL(whole);
  const ours = [domain, 'localhost', '127.0.0.1'].includes(hostname) || hostname.endsWith(`.${domain}`);
  if (!ours) throw wrong(`is not an address of this site (${domain})`);
  const [, origin = '', rest = ''] = /^([a-z]+:\/\/[^/?#]+)(.*)$/i.exec(whole) ?? [];
  return `${origin}${rest.startsWith('/') ? '' : '/'}${rest}`;
}
