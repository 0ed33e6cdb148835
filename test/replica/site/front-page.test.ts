import { expect, it, test } from 'vitest';
import { type FrontPage, frontPage } from '../../../src/replica/site/front-page.ts';
import { status } from '../../../src/replica/status.ts';
import { light, newReplica, only, play } from '../replica.ts';

type Page = { status: number; body?: string; location?: string };

async function judged(pages: Record<string, Page>, settings = light): Promise<FrontPage | undefined> {
  const replica = await newReplica(settings);
  await replica.up();
  for (const [path, page] of Object.entries(pages)) replica.engine.pages.set(path, page);
  const context = await replica.open();
  return frontPage(context, context.state.ports.https ?? 0);
}

const nginx404 = '<html>\r\n<center><h1>404 Not Found</h1></center>\r\n<hr><center>nginx</center>';

test.each<[string, Record<string, Page>, RegExp | undefined]>([
  ['a page', { '/': { status: 200, body: '<h1>Shop</h1>' } }, undefined],
  ['a page elsewhere on the site', { '/': { status: 302, location: '/en/' }, '/en/': { status: 200 } }, undefined],
  ['a password', { '/': { status: 401 } }, undefined],
  ['the same site by http', { '/': { status: 302, location: 'http://shop.localhost:8080/' } }, undefined],
  [
    "WordPress' installer",
    { '/': { status: 302, location: 'https://shop.localhost:8443/wp-admin/install.php' } },
    /^The site is not installed yet: its own installer answers\. open https:\/\/shop\.localhost:8443\/wp-admin\/install\.php$/,
  ],
  [
    "WordPress' set-up page, before there are settings",
    { '/': { status: 302, location: '/wp-admin/setup-config.php' } },
    /own installer/,
  ],
  ["Drupal's installer", { '/': { status: 302, location: '/core/install.php' } }, /own installer/],
  [
    'no database (WordPress)',
    { '/': { status: 500, body: '<h1>Error establishing a database connection</h1>' } },
    /^The front page \(500\) says that the site has no connection to its database\. .*DB_HOST/,
  ],
  [
    'no database (PDO), with status 200',
    { '/': { status: 200, body: 'Uncaught PDOException: SQLSTATE[HY000] [2002] Connection refused' } },
    /\(200\).*database/,
  ],
  [
    'another folder',
    { '/': { status: 404, body: nginx404 } },
    /^There is no page in the folder that is served.*docroot/,
  ],
  ["the site's own 404", { '/': { status: 404, body: 'Sorry' } }, /^The site answers 404 for its own front page/],
  ['an error', { '/': { status: 500, body: 'White screen' } }, /^The front page answers 500\. bootdev logs web-1/],
  [
    'an address of elsewhere',
    { '/': { status: 301, location: 'https://www.shop.example/' } },
    /^The front page leads to https:\/\/www\.shop\.example\/: .*SITE_URL/,
  ],
  [
    'the port of another day',
    { '/': { status: 301, location: 'https://shop.localhost:8444/' } },
    /leads to https:\/\/shop\.localhost:8444\//,
  ],
  ['a circle', { '/': { status: 302, location: '/a' }, '/a': { status: 302, location: '/' } }, /in a circle/],
])('%s', async (_, pages, expected) => {
  const problem = await judged(pages);
  if (expected) expect(problem && `${problem.text} ${problem.hint}`).toMatch(expected);
  else expect(problem).toBeUndefined();
});

it('names the command, where bootdev can install the application', async () => {
  const installer = { '/': { status: 302, location: '/wp-admin/install.php' } };
  const found = await judged(installer, `${light}application: wordpress\n`);
  expect(found?.hint).toBe('bootdev site install, or open https://shop.localhost:8443/wp-admin/install.php');
});

it('is said by up before the addresses, and by status; both go on', async () => {
  const replica = await newReplica();
  replica.engine.pages.set('/', { status: 500 });
  const { events, error } = await replica.up();
  expect(error).toBeUndefined();
  expect(only(events, 'notice').at(-1)).toMatchObject({ level: 'warning', text: 'The front page answers 500.' });
  expect(events.at(-1)?.type).toBe('ready');
  const seen = await play(status(await replica.open()));
  expect(only(seen.events, 'status')[0]?.status.notes).toEqual([
    'The front page answers 500. bootdev logs web-1 --program php-fpm --tail 20',
  ]);
  expect(seen.result).toBe(true);
});

it('is not asked while no web machine is healthy', async () => {
  const replica = await newReplica(light);
  await replica.up();
  replica.engine.pages.set('/', { status: 500 });
  replica.engine.kill('web-1');
  const seen = await play(status(await replica.open()));
  expect(only(seen.events, 'status')[0]?.status.notes).toBeUndefined();
});
