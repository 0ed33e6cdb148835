/** What a visitor from this computer sees: requests through the published ports, and what each shows. */
import type { Answer as Said } from '../../io/network.ts';
import type { Application } from '../../project/applications.ts';
import type { Context } from '../../project/context.ts';
import { siteUrl } from '../../replica/target.ts';
import { filesOf, metaOf } from './links.ts';
import type { Answer } from './row.ts';

const works = (text: string): Answer => ({ state: 'works', text });
const fails = (text: string): Answer => ({ state: 'fails', text });
/** Nothing is wrong, but no request showed it. */
const setUp = (text: string): Answer => ({ state: 'set-up', text });

/** Milliseconds without a byte. */
const patience = 4_000;

type Ask = (path: string, headers?: Record<string, string>) => Promise<Said | undefined>;

/** By feature. Nothing of it where the front page does not answer, but that it does not. */
export async function visit(context: Context, application: Application): Promise<Map<string, Answer>> {
  const { io, settings, state } = context;
  const { https: port = 0, http = 0 } = state.ports;
  const name = settings.site.domain;
  const visitor: Ask = (path, headers = {}) => io.network.askHttps({ port, name, path, patience, headers });
  // The CDN would answer for the machines behind it.
  const ask: Ask = (path, headers = {}) => visitor(path, { ...headers, 'bootdev-past-cdn': '1' });
  const origin = siteUrl(settings, port);
  const front = await frontPage(ask, origin);
  const silent = 'the front page does not answer, or leads in a circle';
  if (!front) return new Map(['page-cache', 'compression', 'https'].map((feature) => [feature, fails(silent)]));
  const { page, path } = front;
  const files = filesOf(page.body, origin);
  const { aggregates, 'image-styles': styles, sitemap } = application.features;
  const all: Record<string, Answer | Promise<Answer>> = {
    https: works(`answered with a certificate until ${page.until.toISOString().slice(0, 10)}`),
    'page-cache': pageCache(ask, path, settings.web.count),
    compression: compression(ask, path),
    ...(settings.cdn.enabled ? { cdn: cdn(visitor, files[0]) } : {}),
    'static-files': file(ask, files[0], 'the front page names none'),
    'https-redirect': redirect(await io.network.askHttp({ port: http, name, path: '/', patience }), origin),
    'meta-tags': meta(page.body),
    ...(aggregates?.link ? { aggregates: linked(ask, files, aggregates.link) } : {}),
    ...(styles?.link ? { 'image-styles': linked(ask, files, styles.link) } : {}),
    ...(sitemap?.page ? { sitemap: sitemapAt(ask, sitemap.page, origin) } : {}),
  };
  const ended = Object.entries(all).map(async ([feature, answer]) => [feature, await answer] as const);
  return new Map(await Promise.all(ended));
}

/** The page that the front page leads to, on this site; undefined: there is no answer. */
async function frontPage(ask: Ask, origin: string): Promise<{ page: Said; path: string } | undefined> {
  let at = new URL('/', origin);
  for (let hop = 0; hop < 4; hop++) {
    const path = `${at.pathname}${at.search}`;
    const page = await ask(path);
    if (!page) return undefined;
    const next = page.location === undefined ? undefined : new URL(page.location, at);
    if (!next || next.host !== at.host) return { page, path };
    at = next;
  }
  return undefined;
}

/** Each web machine has a cache of its own, and the balancer chooses: some more requests than there are machines. */
async function pageCache(ask: Ask, path: string, machines: number): Promise<Answer> {
  const most = 2 * machines + 1;
  let last: Said | undefined;
  for (let request = 1; request <= most; request++) {
    last = await ask(path);
    const cache = last ? wordOfWeb(last) : '';
    if (/^(?:HIT|STALE|UPDATING)$/.test(cache)) return works(`${path}: X-Cache ${cache} at request ${request + 1}`);
  }
  return fails(`${path} was asked for ${most + 1} times and never came from it: ${whyNotStored(last)}`);
}

function whyNotStored(page: Said | undefined): string {
  if (!page) return 'no answer';
  const [cookie] = page.headers['set-cookie'] ?? [];
  if (cookie) return `it sets the cookie ${cookie.split('=')[0]}`;
  const control = page.headers['cache-control'];
  if (control && /no-store|private|no-cache|max-age=0/.test(control)) return `it says Cache-Control: ${control}`;
  return `status ${page.status}, X-Cache ${wordOfWeb(page) || 'is not there'}`;
}

/** Of the micro-cache; a CDN before it has X-Cache for itself. */
const wordOfWeb = ({ headers }: Said) => String(headers['x-cache-web'] ?? headers['x-cache'] ?? '');

/** A file, twice: the second time it is there, unless the code is live. */
async function cdn(ask: Ask, path: string | undefined): Promise<Answer> {
  if (path === undefined) return setUp('the front page names no file');
  await ask(path);
  const found = await ask(path);
  const cache = String(found?.headers['x-cache'] ?? 'is not there');
  const short = path.split('?')[0];
  if (cache === 'Hit from cdn') return works(`${short}: X-Cache ${cache} at request 2`);
  const control = String(found?.headers['cache-control'] ?? '');
  if (/from cdn$/.test(cache) && /no-cache|no-store|private|max-age=0/.test(control))
    return setUp(`${short} is not for it: Cache-Control ${control}`);
  return fails(`${short}, asked for twice: X-Cache ${cache}`);
}

async function compression(ask: Ask, path: string): Promise<Answer> {
  const page = await ask(path, { 'accept-encoding': 'gzip, br' });
  const encoding = page?.headers['content-encoding'];
  if (encoding) return works(`${path} in ${encoding}`);
  return page ? fails(`${path} came as it is, though gzip and br were welcome`) : fails(`${path} does not answer`);
}

/** A file that browsers keep, or ask about each time (a live folder). */
async function file(ask: Ask, path: string | undefined, none: string): Promise<Answer> {
  if (path === undefined) return setUp(none);
  // What the application made a moment ago (an aggregate, an image style) it sent itself: the next one is a file.
  const made = await ask(path);
  const found = isNobodys(made) ? await ask(path) : made;
  const short = path.split('?')[0];
  if (found?.status !== 200) return fails(`${short} answers ${found?.status ?? 'nothing'}`);
  const control = `${short}: Cache-Control ${found.headers['cache-control'] ?? 'is not there'}`;
  return isNobodys(found) ? fails(`${control}: no browser keeps it`) : works(control);
}
const isNobodys = (said: Said | undefined) => /no-store|private/.test(String(said?.headers['cache-control'] ?? ''));

const linked = (ask: Ask, files: readonly string[], link: string) =>
  file(
    ask,
    files.find((path) => new RegExp(link).test(path)),
    'the front page has none',
  );

function redirect(answer: { status: number; location?: string } | undefined, origin: string): Answer {
  if (answer?.status === 301 && answer.location?.startsWith(origin)) return works(`http is answered 301 to ${origin}`);
  return fails(`http is answered ${answer ? `${answer.status}` : 'nothing'}, not 301 to ${origin}`);
}

/** Search engines learn of it by robots.txt, which is a file of the code in most sites: nothing of ours to change. */
async function sitemapAt(ask: Ask, path: string, origin: string): Promise<Answer> {
  let page = await ask(path);
  if (page?.location && new URL(page.location, 'https://x').pathname !== path)
    page = await ask(new URL(page.location, 'https://x').pathname);
  if (page?.status === 200 && /<(?:urlset|sitemapindex)\b/.test(page.body)) {
    const robots = await ask('/robots.txt');
    if (robots?.status === 200 && /^\s*sitemap:/im.test(robots.body))
      return works(`${path} is one; robots.txt names one`);
    const line = `in robots.txt: Sitemap: ${origin}${path}`;
    return { ...works(`${path} is one; robots.txt does not name it`), next: line };
  }
  return {
    state: 'off',
    text: `${path} answers ${page?.status ?? 'nothing'}${page?.status === 200 ? ', and is none' : ''}`,
    next: 'the site’s own settings',
  };
}

function meta(html: string): Answer {
  const found = metaOf(html);
  if (found.includes('og:title')) return works(`on the front page: ${found.join(', ')}`);
  const words = found.length > 0 ? `only ${found.join(', ')}` : 'none';
  return { state: 'off', text: `the front page has ${words}, no og:title`, next: 'the site’s own settings' };
}
