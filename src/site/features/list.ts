/** The product's list of features, a row each: what turns it off, and whether a request can show it. What an application brings is in its app.yaml. Pure. */
import type { FeatureRow } from '../../events.ts';
import type { Settings } from '../../settings/schema.ts';

/** What a row may depend on besides the application. */
export interface Site {
  settings: Settings;
  /** Files in bootdev/. */
  ownFiles: number;
}

export interface Feature {
  group: FeatureRow['group'];
  name: string;
  title: string;
  /** Who has seen it, where app.yaml says nothing else. */
  seen: 'test' | 'nobody';
  /** A request of bootdev features shows it, or that it does not work. */
  asked?: true;
  /** What a request shows is not the site's where its module is missing: others use that machine too. */
  ofModule?: true;
  /** Where app.yaml has no such feature there is none. */
  ofApplication?: true;
  /** Why it is off, and what turns it on; undefined: it is on. */
  off?: (site: Site) => Pick<FeatureRow, 'text' | 'next'> | undefined;
  /** Why this version has none. */
  absent?: string;
  /** What is to know where no request shows it. */
  text?: (site: Site) => string;
}

const offUnless = (on: boolean, text: string, next: string) => (on ? undefined : { text, next });
const onAws = ({ settings }: Site) =>
  offUnless(settings.aws.region !== '', 'on AWS alone, and aws.region is empty', 'aws.region, then bootdev promote');
const always = (text: string) => () => text;

export const features: readonly Feature[] = [
  {
    ...{ group: 'pages', name: 'page-cache', title: 'page cache', seen: 'test', asked: true },
    off: ({ settings: { cache, code } }) =>
      offUnless(cache.enabled, 'cache.enabled is false', 'cache.enabled: true') ??
      offUnless(code.mode === 'release', 'off while the code is live', 'bootdev up --set code.mode=release'),
  },
  { group: 'pages', name: 'compression', title: 'compressed pages', seen: 'test', asked: true },
  { group: 'pages', name: 'static-files', title: 'static files', seen: 'test', asked: true },
  {
    ...{ group: 'pages', name: 'aggregates', title: 'aggregated CSS' },
    seen: 'test',
    asked: true,
    ofApplication: true,
  },
  {
    ...{ group: 'pages', name: 'image-styles', title: 'image styles' },
    seen: 'nobody',
    asked: true,
    ofApplication: true,
  },
  {
    ...{ group: 'pages', name: 'cdn', title: 'CDN', seen: 'test', asked: true },
    off: ({ settings: { cdn } }) => offUnless(cdn.enabled, 'on AWS CloudFront, always; here off', 'cdn.enabled: true'),
  },
  {
    ...{ group: 'pages', name: 'pre-warmer', title: 'pre-warmer', seen: 'test' },
    off: ({ settings: { cache } }) =>
      offUnless(cache.warm === 'on', 'by itself on from cache.ttl: 1m', 'cache.warm: on'),
    text: always('bootdev warm runs it now; bootdev status says what its last run did'),
  },

  { group: 'data', name: 'object-cache', title: 'object cache', seen: 'nobody', asked: true },
  { group: 'data', name: 'sessions', title: 'sessions', seen: 'test', ofApplication: true },
  {
    ...{ group: 'data', name: 'shared-files', title: 'shared files', seen: 'test', asked: true },
    off: ({ settings: { web } }) => offUnless(web.count > 1, 'there is one web machine', 'bootdev scale web=2'),
  },
  { group: 'data', name: 'private-files', title: 'private files', seen: 'test', asked: true },
  { group: 'data', name: 's3', title: 'S3 bucket', seen: 'test', asked: true },
  { group: 'data', name: 's3-files', title: 'uploads in S3', seen: 'nobody', ofApplication: true },
  { group: 'data', name: 'database-tls', title: 'database TLS', seen: 'test', asked: true },
  {
    ...{ group: 'data', name: 'backups', title: 'backups', seen: 'test' },
    text: always('here by bootdev db snapshot NAME; on AWS each night, as dumps, which nobody has seen there'),
  },
  {
    ...{ group: 'data', name: 'sanitised', title: 'sanitised copies', seen: 'test' },
    text: always('bootdev db export --sanitised FILE; from AWS bootdev data pull --from aws'),
  },

  {
    ...{ group: 'services', name: 'search', title: 'search', seen: 'test', asked: true, ofModule: true },
    off: ({ settings: { search } }) =>
      offUnless(search.engine !== 'none', 'search.engine is none', 'search.engine: solr'),
  },
  { group: 'services', name: 'mail', title: 'mail', seen: 'test', asked: true },
  {
    ...{ group: 'services', name: 'cron', title: 'cron', seen: 'test', asked: true },
    off: ({ settings: { cron } }) => offUnless(cron.enabled, 'cron.enabled is false', 'cron.enabled: true'),
  },

  { ...{ group: 'modules', name: 'sitemap', title: 'sitemap' }, seen: 'nobody', asked: true, ofApplication: true },
  { ...{ group: 'modules', name: 'meta-tags', title: 'meta tags' }, seen: 'nobody', asked: true, ofApplication: true },
  { group: 'modules', name: 'spam', title: 'spam control', seen: 'nobody', ofApplication: true },
  { group: 'modules', name: 'map', title: 'map', seen: 'nobody', ofApplication: true },

  { group: 'protection', name: 'https', title: 'HTTPS', seen: 'test', asked: true },
  {
    ...{ group: 'protection', name: 'https-redirect', title: 'HTTPS redirect', seen: 'test', asked: true },
    off: ({ settings: { balancer } }) =>
      offUnless(balancer.https === 'redirect', 'http serves the site too, here alone', 'balancer.https: redirect'),
  },
  {
    ...{ group: 'protection', name: 'visitor-limits', title: 'visitor limits', seen: 'test' },
    off: ({ settings: { limits } }) =>
      offUnless(limits.login + limits.form + limits.xmlrpc > 0, 'each of limits is 0', 'limits.login: 20'),
    text: ({ settings: { limits } }) =>
      `a minute, of one address on one machine: ${limits.login} logins, ${limits.form} forms, ${limits.xmlrpc} calls of XML-RPC (0: any number)`,
  },

  {
    ...{ group: 'operation', name: 'own-configuration', title: 'own configuration', seen: 'test', asked: true },
    off: ({ ownFiles }) =>
      offUnless(ownFiles > 0, 'there is no file in bootdev/', 'bootdev/nginx, php, mysql, cron or solr'),
  },
  {
    ...{ group: 'operation', name: 'git-deploy', title: 'deploy from Git', seen: 'test' },
    off: ({ settings: { code } }) =>
      offUnless(code.git !== '', 'bootdev up takes the folder', 'code.git: git@host:owner/name.git'),
    text: always('bootdev deploy; what serves says bootdev releases'),
  },
  {
    ...{ group: 'operation', name: 'auto-scaling', title: 'auto-scaling', seen: 'nobody' },
    off: onAws,
    text: always('on AWS alone, between aws.webMin and aws.webMax; here by hand: bootdev scale web=3'),
  },
  {
    ...{ group: 'operation', name: 'alarms', title: 'alarms', seen: 'nobody' },
    off: onAws,
    text: always('on AWS alone, by the stack 80 watch'),
  },
];
