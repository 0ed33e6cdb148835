/** `bootdev features` on the fake engine: what is asked, and that no row is believed without it. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import type { FeatureRow } from '../../../src/events.ts';
import { acceptFiles } from '../../../src/project/own-config/accepted.ts';
import { textOf } from '../../../src/screen/line.ts';
import { plainLines } from '../../../src/screen/plain.ts';
import { listFeatures } from '../../../src/site/features/features.ts';
import { light, newReplica, only, play, type Replica } from '../../replica/replica.ts';

/** A replica of a release: pages are stored. */
async function released(settings: string) {
  const replica = await newReplica(settings);
  await writeFile(join(replica.dir, 'bootdev.local.yaml'), 'code: { mode: release }\n');
  return replica;
}

async function asked(replica: Replica) {
  const { events, result, error } = await play(listFeatures(await replica.open({ asTold: true })));
  expect(error).toBeUndefined();
  const [event] = only(events, 'features');
  if (!event) throw new Error('no event');
  const row = (name: string) => event.features.rows.find((each) => each.name === name) as FeatureRow;
  return { event, features: event.features, row, result };
}

/** A WordPress that runs and answers as it should. */
async function site(settings = `${light}application: wordpress\n`) {
  const replica = await released(settings);
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(replica.dir, path)), { recursive: true });
    await writeFile(join(replica.dir, path), text);
  };
  await write('index.php', '<?php');
  await write('wp-content/plugins/akismet/akismet.php', '<?php');
  await replica.up();
  const { engine } = replica;
  const headers = { 'x-cache': 'HIT', 'content-encoding': 'gzip', 'cache-control': 'max-age=60' };
  engine.pages.set('/', { status: 200, headers, body: '<link href="/a.css"><meta property="og:title" content="x">' });
  engine.pages.set('/a.css', { status: 200, headers: { 'cache-control': 'max-age=2592000' } });
  engine.pages.set('/wp-sitemap.xml', { status: 200, body: '<?xml version="1.0"?><sitemapindex>' });
  for (const name of ['object-cache', 'shared-files', 's3', 'database-tls', 'mail', 'cron'])
    engine.answers.set(name, { state: 'works', text: `${name} was seen` });
  engine.answers.set('private-files', { state: 'set-up', text: 'refused' });
  engine.answers.set('modules', { state: 'set-up', text: '', names: ['akismet'] });
  return { ...replica, engine };
}

const working = [
  ...['page-cache', 'compression', 'static-files', 'object-cache', 'shared-files', 's3', 'database-tls'],
  ...['mail', 'cron', 'sitemap', 'meta-tags', 'https'],
];

it('says works of what was asked and seen, and of nothing else', async () => {
  const { features, row, result } = await asked(await site());
  const names = features.rows.filter(({ state }) => state === 'works').map(({ name }) => name);
  expect(names.sort()).toEqual([...working].sort());
  expect(
    features.rows
      .filter(({ proved }) => proved === 'request')
      .map(({ name }) => name)
      .sort(),
  ).toEqual(names);
  expect(features).toMatchObject({ application: 'WordPress', running: true });
  expect(row('spam')).toMatchObject({ state: 'set-up', proved: 'nobody', text: 'akismet is in the code, enabled' });
  expect(row('page-cache').text).toBe('/: X-Cache HIT at request 2');
  expect(result).toBe(true);
});

it('asks nothing where the replica does not run, and says so', async () => {
  const replica = await released(`${light}application: wordpress\n`);
  const { event, features, row, result } = await asked(replica);
  expect(features.running).toBe(false);
  expect(features.rows.filter(({ proved }) => proved === 'request')).toEqual([]);
  expect(row('mail')).toMatchObject({ state: 'not-asked', proved: 'not-asked', next: 'bootdev up' });
  expect(row('search')).toMatchObject({ state: 'off', next: 'search.engine: solr' });
  expect(result).toBe(true);
  const lines = plainLines(event, { begun: false, tables: 0 });
  expect(lines.every(({ to }) => to === 'out')).toBe(true);
  expect(textOf(lines.at(-1)?.line ?? [])).toContain('bootdev up');
});

it.each<[string, string, (replica: Awaited<ReturnType<typeof site>>) => void, string]>([
  [
    'page-cache',
    'a page that is never stored',
    ({ engine }) => engine.pages.set('/', { status: 200, headers: { 'set-cookie': ['a=1'] as never } }),
    '/ was asked for 6 times and never came from it: it sets the cookie a',
  ],
  [
    'page-cache',
    'a page that forbids it',
    ({ engine }) => engine.pages.set('/', { status: 200, headers: { 'cache-control': 'no-store', 'x-cache': 'MISS' } }),
    'it says Cache-Control: no-store',
  ],
  [
    'compression',
    'a page that comes as it is',
    ({ engine }) => engine.pages.set('/', { status: 200, headers: { 'x-cache': 'HIT' } }),
    'came as it is',
  ],
  [
    'static-files',
    'a file that is not there',
    ({ engine }) => engine.pages.set('/a.css', { status: 404 }),
    '/a.css answers 404',
  ],
  [
    'mail',
    'a mail that did not arrive',
    ({ engine }) => engine.answers.set('mail', { state: 'fails', text: 'no answer within 5 s' }),
    'no answer within 5 s',
  ],
  [
    'https',
    'no answer at all',
    ({ engine }) => Object.assign(engine, { firewall: true }),
    'the front page does not answer',
  ],
])('%s fails: %s', async (name, _why, breakIt, text) => {
  const replica = await site();
  breakIt(replica);
  const { row, result } = await asked(replica);
  expect(row(name)).toMatchObject({ state: 'fails', proved: 'request', text: expect.stringContaining(text) });
  expect(result).toBe(false);
});

it('says where search engines do not learn of a sitemap', async () => {
  const replica = await site();
  const { row } = await asked(replica);
  const next = expect.stringMatching(/^in robots\.txt: Sitemap: https:\/\/shop\.localhost:\d+\/wp-sitemap\.xml$/);
  expect(row('sitemap')).toMatchObject({ state: 'works', text: expect.stringContaining('does not name it'), next });
  replica.engine.pages.set('/robots.txt', {
    status: 200,
    body: 'User-agent: *\nSitemap: https://shop.localhost/wp-sitemap.xml\n',
  });
  const later = (await asked(replica)).row('sitemap');
  expect(later.text).toContain('robots.txt names one');
  expect(later.next).toBeUndefined();
});

it('a sitemap that the site gives nobody is off, and no failure', async () => {
  const replica = await site();
  replica.engine.pages.set('/wp-sitemap.xml', { status: 404 });
  const { row, result } = await asked(replica);
  expect(row('sitemap')).toMatchObject({ state: 'off', text: "/wp-sitemap.xml answers 404; WordPress' own" });
  expect(result).toBe(true);
});

it('follows the front page to where it leads, and asks there', async () => {
  const { engine, ...replica } = await site();
  const front = engine.pages.get('/');
  engine.pages.set('/en/', front as never).set('/', { status: 302, location: '/en/' });
  const { row } = await asked({ engine, ...replica });
  expect(row('page-cache')).toMatchObject({ state: 'works', text: '/en/: X-Cache HIT at request 2' });
});

it('a web machine that does not answer proves nothing', async () => {
  const replica = await site();
  replica.engine.busy.set('web-1', 1);
  const { row } = await asked(replica);
  expect(row('mail')).toMatchObject({ state: 'not-asked', proved: 'not-asked' });
  expect(row('https')).toMatchObject({ state: 'works' });
});

it('http that leads to https, where the settings say so', async () => {
  const { row } = await asked(await site(`${light}application: wordpress\nbalancer: { https: redirect }\n`));
  expect(row('https-redirect')).toMatchObject({ state: 'works', text: expect.stringContaining('301 to https://shop') });
});

it('own files count where every machine has them now', async () => {
  const replica = await released(`${light}application: php\n`);
  await mkdir(join(replica.dir, 'bootdev/nginx/http'), { recursive: true });
  await writeFile(join(replica.dir, 'index.php'), '<?php');
  await writeFile(join(replica.dir, 'bootdev/nginx/http/own.conf'), 'map $uri $own {\n  default 0;\n}\n');
  await acceptFiles(await replica.open());
  await replica.up();
  expect((await asked(replica)).row('own-configuration')).toMatchObject({
    state: 'works',
    text: expect.stringMatching(/^1 file of bootdev\/, in the digest of live files of all \d+ machines$/),
  });
  const { live } = replica.engine.machine('web-2').machine ?? { live: new Map() };
  live.set('etc/nginx/nginx.conf', { mode: '0644', bytes: Buffer.from('other') });
  const { row, result } = await asked(replica);
  expect(row('own-configuration')).toMatchObject({ state: 'fails', text: 'not with the desired files: web-2' });
  expect(result).toBe(false);
});
