import { parse } from 'yaml';
import type { Settings } from '../settings/schema.ts';
import { type SanitiseRules, sanitiseRules } from './sanitise-rules.ts';
import { versionedFile } from './versioned-files.ts';
import { warmRules } from './warm-rules.ts';

/** The part of docker/apps/<application>/app.yaml that rules of machines are made from. */
interface Rules {
  cache?: {
    /** Names of cookies; `*` at the end stands for anything. */
    sessionCookies?: string[];
    /** Whether a cookie that nobody knows means a visitor of his own: for code that is not known. */
    unknownCookies?: 'bypass' | 'ignore';
  };
  /** Paths to which something is sent that is limited; `*` at the end stands for anything. */
  limits?: { login?: string[]; xmlrpc?: string[]; form?: string[] };
  /** Where its sitemaps are. */
  warm?: { sitemaps?: string[] };
  /** What of its database is about persons. */
  sanitise?: Partial<SanitiseRules>;
}

/** Cookies that only statistics in the browser and consent banners use: they change no page. */
const harmlessCookies = [
  ...[
    '_ga*',
    '_gid',
    '_gat*',
    '_gcl_*',
    '_gac_*',
    '__utm*',
    '_dc_gtm_*',
    '_pk_*',
    '_fbp',
    '_fbc',
    '_hj*',
    '_clck',
    '_clsk',
  ],
  ...['_uet*', '__hs*', 'hubspotutk', '_tt_*', '_ttp', '_pin_*', '_scid*', '_rdt_*', 'ajs_*', 'mp_*', 'OptanonConsent'],
  ...['OptanonAlertBoxClosed', 'CookieConsent', 'cookie_notice_accepted', 'euconsent*', 'AWSALB*', 'BOOTDEV_WEB'],
];

/** Milliseconds between two tries to get a session that another request of the visitor holds. */
const sessionLockWait = 100;

/** Values that follow from settings and from the application's folder, by the name after `derived.`. Pure. */
export function derive(settings: Settings, sources: ReadonlyMap<string, Buffer>): Record<string, string> {
  const { php } = settings;
  const { cache: rules = {}, limits = {}, sanitise, warm = {} } = rulesOf(settings, sources);
  return {
    sessionCookies: alternatives([...(rules.sessionCookies ?? []), ...settings.cache.sessionCookies], '[^=;]*'),
    harmlessCookies: alternatives([...harmlessCookies, ...settings.cache.varyCookies], '[^=;]*'),
    unknownCookies: rules.unknownCookies === 'bypass' ? '1' : '0',
    // `;` ends a cookie's value, so it can be in none of them.
    varyCookies: settings.cache.varyCookies.map((name) => `$cookie_${name}`).join(';'),
    varyCookieNames: alternatives(settings.cache.varyCookies, ''),
    corsOrigins: alternatives(settings.files.corsOrigins, ''),
    corsOriginList: settings.files.corsOrigins.join(' '),
    corsVary: settings.files.corsOrigins.length > 0 ? 'Origin' : '',
    edgeCookies: edgeCookies(settings, sources).join(' '),
    uncachedPaths: `^(?:${alternatives(settings.cache.uncachedPaths, '.*')})$`,
    strippedArguments: alternatives(settings.cache.stripArguments, '[^=&]*'),
    versionedFile,
    balancerWeights: settings.balancer.weights.join(' '),
    balancerPorts: settings.cdn.enabled ? '443 80 82' : '443 80',
    nginxTimeout: String(php.maxExecutionTime + 2),
    balancerTimeout: String(php.maxExecutionTime + 4),
    slowLogAfter: String(Math.max(1, Math.min(10, Math.floor(php.maxExecutionTime / 2)))),
    // A file, the form around it, and the way it is sent: each limit has room for what is inside.
    postLimit: String(php.uploadLimit + 8),
    bodyLimit: String(php.uploadLimit + 16),
    sessionLockRetries: String(Math.ceil((php.maxExecutionTime * 1000) / sessionLockWait)),
    sessionLockWait: String(sessionLockWait),
    sanitiseRules: JSON.stringify(sanitiseRules({ sanitise })),
    // Without what a placeholder has in it: it is the user's text.
    updateLines: JSON.stringify(settings.code.update).replace(
      /[{@]/g,
      (one) => `\\u00${one.charCodeAt(0).toString(16)}`,
    ),
    warmRules: JSON.stringify(
      warmRules(settings, {
        sitemaps: warm.sitemaps,
        httpConf: sources.get(`apps/${settings.application}/nginx/http.conf`)?.toString() ?? '',
      }),
    ),
    ...preludes(settings, sources),
    ...limitOf('login', settings.limits.login, [...(limits.login ?? []), ...settings.limits.loginPaths]),
    ...limitOf('xmlrpc', settings.limits.xmlrpc, [...(limits.xmlrpc ?? []), ...settings.limits.xmlrpcPaths]),
    ...limitOf('form', settings.limits.form, [...(limits.form ?? []), ...settings.limits.formPaths]),
  };
}

/** What runs before PHP's scripts: more where the application reads a settings file (docker/roles/php-cli: settings-file.php). */
function preludes({ application }: Settings, sources: ReadonlyMap<string, Buffer>) {
  const reads = sources.has(`apps/${application}/php-cli/settings-file.php`);
  return {
    commandPrelude: reads ? '/etc/bootdev/current/etc/php/settings-file.php' : '',
    pagePrelude: reads ? 'with-settings-file.php' : 'prelude.php',
    notInOpcache: reads ? '/etc/bootdev/current/app/settings-file.txt' : '',
  };
}

/** A regular expression of paths, which matches none where there is no limit, and the rate, which nginx does not take as 0. */
function limitOf(name: 'login' | 'xmlrpc' | 'form', perMinute: number, paths: readonly string[]) {
  return {
    [`${name}Paths`]: alternatives(perMinute > 0 ? paths : [], '.*'),
    [`${name}Rate`]: String(Math.max(perMinute, 1)),
  };
}

/**
 * Cookies that divide CloudFront's cache, from the same lists as nginx' rules; ['*']: every cookie does, for code that is not known, or
 * where there are more than the ten that a cache policy may name.
 */
export function edgeCookies(settings: Settings, sources: ReadonlyMap<string, Buffer>): string[] {
  const { cache: rules = {} } = rulesOf(settings, sources);
  const { sessionCookies, varyCookies } = settings.cache;
  const names = [...new Set([...(rules.sessionCookies ?? []), ...sessionCookies, ...varyCookies])];
  return rules.unknownCookies === 'bypass' || names.length > 10 ? ['*'] : names;
}

function rulesOf({ application }: Settings, sources: ReadonlyMap<string, Buffer>): Rules {
  return (parse(sources.get(`apps/${application}/app.yaml`)?.toString() ?? '') as Rules | null) ?? {};
}

/** Words as the alternatives of a regular expression; of none, one that never matches. */
function alternatives(words: readonly string[], anything: string): string {
  const pattern = (word: string) => word.replace(/[.+?^${}()|[\]\\/]/g, '\\$&').replace(/\*$/, anything);
  return words.length > 0 ? words.map(pattern).join('|') : '(?!)';
}
