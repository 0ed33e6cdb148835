/** One row, by what settings, application, code, database and answers say. */
import { describe, expect, it, test } from 'vitest';
import type { FeatureRow } from '../../../src/events.ts';
import { readFolder } from '../../../src/io/folder.ts';
import { readApplication, readApplications } from '../../../src/project/applications.ts';
import { applications, completeSettings, type SettingsInput } from '../../../src/settings/schema.ts';
import { features } from '../../../src/site/features/list.ts';
import { type Answer, type Known, rowOf } from '../../../src/site/features/row.ts';

const docker = await readFolder('docker');

interface Case extends SettingsInput {
  /** Names of modules that the code has; with `lock:` before it composer.lock alone has it. */
  has?: string[];
  enabled?: string[];
  secrets?: string[];
  answer?: Answer;
  running?: boolean;
  ownFiles?: number;
}

function row(
  application: string,
  name: string,
  { has = [], enabled, secrets, answer, running = true, ownFiles = 0, ...settings }: Case = {},
) {
  const feature = features.find((each) => each.name === name);
  if (!feature) throw new Error(`there is no feature ${name}`);
  const known: Known = {
    settings: completeSettings({ application, code: { path: '.', mode: 'release' }, ...settings } as SettingsInput),
    ownFiles,
    application: readApplication(application, docker),
    modules: has.map((each) =>
      each.startsWith('lock:') ? { name: each.slice(5) } : { name: each, at: `modules/${each}` },
    ),
    enabled: enabled && new Set(enabled),
    secrets: secrets && new Set(secrets),
    answers: running ? new Map(answer ? [[name, answer]] : []) : undefined,
  };
  return rowOf(feature, known);
}

const works: Answer = { state: 'works', text: 'seen' };
const fails: Answer = { state: 'fails', text: 'memcached-2 does not answer' };
const nothing: Answer = { state: 'set-up', text: '2 of 2 nodes answer' };

describe('a request decides', () => {
  test.each([...applications].flatMap((application) => features.map(({ name }) => [application, name] as const)))(
    '%s, %s: works is said of a request alone, and of each request that saw it',
    (application, name) => {
      const modules = readApplication(application, docker).features[name]?.modules ?? [];
      const quiet = [row(application, name), row(application, name, { has: modules, enabled: modules })];
      const stopped = row(application, name, { running: false, has: modules });
      for (const each of [...quiet, stopped, row(application, name, { has: modules, answer: nothing })]) {
        expect(each.state).not.toBe('works');
        expect(each.proved).not.toBe('request');
      }
      const seen = row(application, name, { has: modules, answer: works });
      expect(seen.proved === 'request').toBe(seen.state === 'works');
      const failed = row(application, name, { has: modules, answer: fails });
      expect(failed.state).not.toBe('works');
    },
  );
});

const said = (each: FeatureRow) => `${each.state} by ${each.proved}: ${each.text}${each.next ? ` → ${each.next}` : ''}`;

test.each<[string, string, Case, string]>([
  ['drupal', 'object-cache', {}, 'waits by test: for the module memcache → composer require drupal/memcache'],
  [
    'drupal',
    'object-cache',
    { has: ['lock:memcache'] },
    'waits by test: for the files of memcache: composer.lock has it → composer install',
  ],
  [
    'drupal',
    'object-cache',
    { has: ['memcache'], answer: works },
    'works by request: memcache is in the code, enabled or not is not known; seen',
  ],
  [
    'drupal',
    'object-cache',
    { has: ['memcache'], answer: nothing },
    'set-up by test: memcache is in the code, enabled or not is not known; 2 of 2 nodes answer',
  ],
  [
    'drupal',
    'object-cache',
    { has: ['memcache'], answer: fails },
    'fails by request: memcache is in the code, enabled or not is not known; memcached-2 does not answer',
  ],
  [
    'drupal',
    'object-cache',
    { has: ['memcache'], running: false },
    'not-asked by not-asked: memcache is in the code, enabled or not is not known; the replica does not run → bootdev up',
  ],
  [
    'drupal7',
    'object-cache',
    {},
    'waits by test: for the module memcache → sites/all/modules/memcache, from drupal.org/project/memcache',
  ],
  [
    'backdrop',
    'object-cache',
    { answer: nothing },
    'absent by nobody: its caches stay in the database: bootdev sets up no module of Backdrop for memcached',
  ],
  ['wordpress', 'object-cache', { answer: works }, 'works by request: seen'],
  [
    'drupal',
    'map',
    { has: ['geofield_map', 'geofield'], enabled: ['geofield', 'geofield_map'], secrets: [] },
    'waits by nobody: for a key: geofield_map is in the code, enabled → bootdev secret set map-key',
  ],
  [
    'drupal7',
    'map',
    { has: ['gmap'], secrets: ['map-key'] },
    'set-up by nobody: gmap is in the code, enabled or not is not known',
  ],
  [
    'wordpress',
    'map',
    { has: ['wp-google-maps'], running: false },
    'not-asked by not-asked: wp-google-maps is in the code, enabled or not is not known; the replica does not run → bootdev up',
  ],
  [
    'drupal',
    'map',
    { has: ['geofield_map', 'leaflet', 'geofield'], enabled: ['geofield', 'leaflet'], secrets: [] },
    'set-up by nobody: leaflet is in the code, enabled',
  ],
  ['php', 'object-cache', { answer: nothing }, 'set-up by nobody: 2 of 2 nodes answer'],
  [
    'drupal',
    'search',
    { answer: works },
    'waits by test: for the module search_api_solr → composer require drupal/search_api_solr',
  ],
  [
    'drupal',
    'search',
    { has: ['search_api_solr'], enabled: [], answer: works },
    'off by test: search_api_solr is in the code, not enabled → enable it in the site',
  ],
  [
    'drupal',
    'search',
    { has: ['search_api_solr'], enabled: ['search_api_solr'], answer: works },
    'works by request: search_api_solr is in the code, enabled; seen',
  ],
  [
    'drupal',
    'search',
    { search: { engine: 'none' }, answer: works },
    'off by test: search.engine is none → search.engine: solr',
  ],
  [
    'drupal7',
    'search',
    { has: ['apachesolr'], answer: works },
    'works by request: apachesolr is in the code, enabled or not is not known; seen',
  ],
  [
    'wordpress',
    'search',
    { has: ['solr-power'], enabled: ['solr-power'], answer: nothing },
    "waits by nobody: for settings of the site's own: solr-power is in the code, enabled, and bootdev sets nothing for it yet",
  ],
  [
    'wordpress',
    'spam',
    { has: ['akismet'], enabled: [] },
    'off by nobody: akismet is in the code, not enabled → enable it in the site',
  ],
  [
    'wordpress',
    'spam',
    { has: ['akismet', 'honeypot'], enabled: ['honeypot'] },
    'set-up by nobody: honeypot is in the code, enabled',
  ],
  ['wordpress', 'sitemap', { answer: works }, "works by request: seen; WordPress' own"],
  ['drupal', 'sitemap', { answer: works }, 'works by request: without one of simple_sitemap, xmlsitemap; seen'],
  [
    'drupal',
    'sitemap',
    { has: ['xmlsitemap'], answer: { state: 'off', text: '/sitemap.xml answers 404', next: 'x' } },
    'off by test: xmlsitemap is in the code, enabled or not is not known; /sitemap.xml answers 404 → x',
  ],
  ['sample', 'sitemap', {}, 'absent by nobody: nothing that bootdev knows of in Sample site'],
  [
    'php',
    'page-cache',
    { code: { path: '.', mode: 'live' }, answer: works },
    'off by test: off while the code is live → bootdev up --set code.mode=release',
  ],
  [
    'php',
    'page-cache',
    { cache: { enabled: false }, answer: works },
    'off by test: cache.enabled is false → cache.enabled: true',
  ],
  ['php', 'shared-files', { web: { count: 1 } }, 'off by test: there is one web machine → bootdev scale web=2'],
  ['php', 'https-redirect', {}, 'off by test: http serves the site too, here alone → balancer.https: redirect'],
  ['php', 'cron', { cron: { enabled: false } }, 'off by test: cron.enabled is false → cron.enabled: true'],
  ['php', 'cdn', {}, 'off by test: on AWS CloudFront, always; here off → cdn.enabled: true'],
  ['php', 'alarms', {}, 'off by nobody: on AWS alone, and aws.region is empty → aws.region, then bootdev promote'],
  ['php', 'alarms', { aws: { region: 'eu-west-1' } }, 'set-up by nobody: on AWS alone, by the stack 80 watch'],
  [
    'php',
    'own-configuration',
    {},
    'off by test: there is no file in bootdev/ → bootdev/nginx, php, mysql, cron or solr',
  ],
  ['php', 'own-configuration', { ownFiles: 1, answer: works }, 'works by request: seen'],
  ['php', 'mail', {}, 'not-asked by not-asked: the machine that asks (web-1) gave no answer → bootdev up'],
])('%s, %s, %j', (application, name, given, text) => {
  expect(said(row(application, name, given))).toBe(text);
});

it('knows each feature that an app.yaml names, and its names once', () => {
  const names = features.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const [application, { features: own, modules }] of readApplications(docker))
    for (const [name, { modules: needed }] of Object.entries(own)) {
      expect(names, `${application}: ${name}`).toContain(name);
      if (needed.length > 0) expect(modules, application).toBeDefined();
    }
});
