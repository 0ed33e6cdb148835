/** What the pre-warmer is told (docker/roles/warm: rules.json), and on which machine it is. */
import { expect, it } from 'vitest';
import { makeBundle } from '../../src/bundle/bundle.ts';
import { packageRoot } from '../../src/io/environment/package.ts';
import { readSources } from '../../src/project/sources.ts';
import { checkSettings, completeSettings, type SettingsInput } from '../../src/settings/schema.ts';

const sources = (await readSources(packageRoot)).docker;
const filesOf = (settings: SettingsInput, kind: 'admin' | 'web' = 'admin') =>
  makeBundle(completeSettings(settings), sources).machines.get(kind)?.tree;
const rulesOf = (settings: SettingsInput) => JSON.parse(String(filesOf(settings)?.get('etc/warm/rules.json')?.bytes));

/** Whether the pre-warmer leaves a path out, as PHP reads these expressions. */
const leavesOut = (settings: SettingsInput, path: string) =>
  (rulesOf(settings).never as string[]).some((each) =>
    new RegExp(each.replace(/^\(\?i\)/, ''), each.startsWith('(?i)') ? 'i' : '').test(path),
  );

it.each([
  ['wordpress', ['/wp-sitemap.xml', '/sitemap_index.xml', '/sitemap.xml']],
  ['drupal', ['/sitemap.xml']],
  ['sample', ['/sitemap.xml']],
])('%s has its sitemaps there', (application, sitemaps) => {
  expect(rulesOf({ application }).sitemaps).toEqual(sitemaps);
});

it.each([
  ['wordpress', '/wp-login.php', true],
  ['wordpress', '/wp/wp-admin/post.php', true],
  ['wordpress', '/hello-world/', false],
  ['drupal', '/user', true],
  ['drupal', '/de/user/login', true],
  ['drupal', '/update.php', true],
  ['drupal', '/users-guide', false],
  ['backdrop', '/core/install.php', true],
  ['drupal7', '/xmlrpc.php', true],
  ['sample', '/status.json', true],
  ['sample', '/statusxjson', false],
  ['php', '/', false],
])('%s: what its nginx rules never store is not asked for: %s %s', (application, path, is) => {
  expect(leavesOut({ application }, path)).toBe(is);
});

it("the settings' own paths are left out too", () => {
  const settings = { cache: { uncachedPaths: ['/cart', '/account/*', '/a.b'] } };
  const paths = ['/cart', '/cart/1', '/account/me', '/accounts', '/a.b', '/axb'];
  expect(paths.filter((path) => leavesOut(settings, path))).toEqual(['/cart', '/account/me', '/a.b']);
});

it.each([
  [{ ttl: 10 }, 'off', 60],
  [{ ttl: 59 }, 'off', 60],
  [{ ttl: 60 }, 'on', 60],
  [{ ttl: '10m' }, 'on', 600],
  [{ ttl: '1d' }, 'on', 1800],
  [{ ttl: '1d', warm: 'off' as const }, 'off', 1800],
  [{ ttl: 10, warm: 'on' as const }, 'on', 60],
  [{ ttl: '1d', enabled: false }, 'off', 1800],
])('%j: it is %s by itself, for %d s', (cache, is, seconds) => {
  expect([completeSettings({ cache }).cache.warm, rulesOf({ cache }).seconds]).toEqual([is, seconds]);
  expect(filesOf({ cache })?.has('run/warm')).toBe(is === 'on');
});

it('is on admin alone', () => {
  const paths = [...(filesOf({ cache: { ttl: '1h' } }, 'web')?.keys() ?? [])];
  expect(paths.filter((path) => path.includes('warm'))).toEqual([]);
});

it('a cookie that divides no page is refused', () => {
  const checked = checkSettings({ cache: { varyCookies: ['age_ok'], warmCookies: ['age_ok=1', 'lang=de'] } });
  expect('issues' in checked && checked.issues.map(({ message }) => message)).toEqual([
    'expected cookies of cache.varyCookies, and lang=de is none',
  ]);
});
