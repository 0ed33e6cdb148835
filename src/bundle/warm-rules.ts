import type { Settings } from '../settings/schema.ts';

/** What the pre-warmer reads (docker/roles/warm: rules.json). */
interface WarmRules {
  /** Paths at which the application has its sitemaps, where robots.txt names none. */
  sitemaps: readonly string[];
  /** Regular expressions of paths that are never stored. */
  never: readonly string[];
  /** Cookies with a value, each for a variant of its own. */
  cookies: readonly string[];
  /** Requests per second. */
  rate: number;
  /** Addresses at most. */
  pages: number;
  /** Seconds between two runs without a reason; 0: none. */
  every: number;
  /** Seconds that a run may take. */
  seconds: number;
  /** Seconds that a page may take. */
  timeout: number;
}

const shortest = 60;
const longest = 1800;

/** `sitemaps`: of app.yaml. `httpConf`: the application's nginx rules, which say what PHP always answers. Pure. */
export function warmRules(
  settings: Settings,
  { sitemaps = ['/sitemap.xml'], httpConf }: { sitemaps?: readonly string[] | undefined; httpConf: string },
): WarmRules {
  const { ttl, uncachedPaths } = settings.cache;
  return {
    sitemaps,
    never: [...uncachedByApplication(httpConf), ...uncachedPaths.map(expressionOf)],
    cookies: settings.cache.warmCookies,
    rate: settings.cache.warmRate,
    pages: settings.cache.warmPages,
    every: settings.cache.warmEvery,
    // What it makes first is gone after cache.ttl.
    seconds: Math.min(Math.max(ttl, shortest), longest),
    timeout: settings.php.maxExecutionTime + 4,
  };
}

/** The lines of the map to $uncached_path, whose patterns PHP and nginx read alike. */
function uncachedByApplication(httpConf: string): string[] {
  const [, map = ''] = /\$uncached_path \{([\s\S]*?)^\}/m.exec(httpConf) ?? [];
  return [...map.matchAll(/^\s*"?([~/](?:[^"\s]|(?<=\\)")*)"? 1;$/gm)].map(([, word = '']) => {
    if (!word.startsWith('~')) return `^${escaped(word)}$`;
    return word.startsWith('~*') ? `(?i)${word.slice(2)}` : word.slice(1);
  });
}

const expressionOf = (path: string) => `^${escaped(path.replace(/\*$/, ''))}${path.endsWith('*') ? '' : '$'}`;
const escaped = (text: string) => text.replace(/[.+*?^${}()|[\]\\]/g, '\\$&');
