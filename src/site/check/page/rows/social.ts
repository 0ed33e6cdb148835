/** What social networks make a card of (Open Graph, ogp.me), and its picture's real size. */
import type { PageRow } from '../../../../events.ts';
import { visit } from '../../../../io/visit/visit.ts';
import { limits } from '../chain.ts';
import { type Measured, measure } from '../image.ts';
import { isWhole, kilobytes, type Page, resolve } from '../page.ts';
import type { Place } from '../places.ts';

type Ask = (url: URL) => ReturnType<typeof visit>;

/** Asks for a picture as a visitor does. */
export const asker =
  ({ to }: Pick<Place, 'to'>, signal: AbortSignal): Ask =>
  async (url) => {
    const way = to(url);
    if (!way) return `${url.protocol} is no address that others can ask for`;
    return visit(url, { ...way, signal, most: limits.image, accept: 'image/*,*/*;q=0.8' });
  };

export async function socialRows(page: Page, ask: Ask): Promise<PageRow[]> {
  const { document } = page;
  return [
    plain('og:title', document.meta('og:title')),
    plain('og:description', document.meta('og:description')),
    ownUrl(page),
    await image(page, ask),
    plain('twitter:card', document.meta('twitter:card'), '<meta name="twitter:card" content="summary_large_image">'),
  ];
}

function plain(name: string, said: string | undefined, remedy = `<meta property="${name}">`): PageRow {
  return said ? { name, state: 'good', text: said } : { name, state: 'missing', text: 'none', remedy };
}

function ownUrl(page: Page): PageRow {
  const said = page.document.meta('og:url');
  const row = plain('og:url', said);
  if (!said) return row;
  if (!isWhole(said)) return { ...row, state: 'missing', remedy: 'the whole address, with https:// and the host' };
  const canonical = page.document.links('canonical')[0]?.get('href');
  if (!canonical || resolve(canonical, page)?.href === resolve(said, page)?.href) return row;
  return { ...row, state: 'missing', remedy: 'the same address as canonical: else shares are counted apart' };
}

async function image(page: Page, ask: Ask): Promise<PageRow> {
  const said = page.document.meta('og:image') ?? page.document.meta('og:image:url');
  const remedy = '<meta property="og:image"> with the whole address of a picture of 1200 × 630 pixels';
  const row = { name: 'og:image', text: said ?? 'none' };
  const wrong = (text: string, what: string): PageRow => ({
    ...row,
    state: 'missing',
    text: `${text} · ${said}`,
    remedy: what,
  });
  if (!said) return { ...row, state: 'missing', remedy };
  const url = resolve(said, page);
  if (!url || !isWhole(said)) return wrong('not a whole address', remedy);
  const answer = await ask(url);
  if (typeof answer === 'string') return wrong(answer, 'a picture that anybody can ask for');
  if (answer.status !== 200)
    return wrong(`answers ${answer.status}`, 'a picture that anybody can ask for, without a redirect');
  const measured = measure(answer.body);
  if (!measured) return wrong('no PNG, JPEG, WebP or GIF', 'a PNG or JPEG');
  const { text, problem } = judge(measured, Number(answer.headers['content-length'] ?? answer.received));
  return problem ? wrong(text, problem) : { ...row, state: 'good', text: `${text} · ${said}` };
}

function judge({ kind, width, height }: Measured, bytes: number): { text: string; problem?: string } {
  if (width === undefined || height === undefined)
    return { text: kind, problem: 'a PNG or JPEG: no network shows an SVG' };
  const text = `${width} × ${height} ${kind}, ${kilobytes(bytes)}`;
  if (width < 200 || height < 200)
    return { text, problem: 'at least 1200 × 630 pixels: below 200 × 200 it is not shown' };
  if (width < 1200 || height < 630)
    return { text, problem: 'at least 1200 × 630 pixels: a smaller one is shown as a thumbnail' };
  if (bytes > limits.page) return { text, problem: 'less than 5 MB: larger ones are not fetched' };
  return { text };
}

/** The picture of a tab, and of a search result. */
export async function favicon(page: Page, ask: Ask): Promise<PageRow> {
  const href = page.document.links('icon')[0]?.get('href');
  const row = { name: 'favicon', text: href?.startsWith('data:') ? 'in the page' : (href ?? '/favicon.ico') };
  const url = resolve(href ?? '/favicon.ico', page);
  if (href?.startsWith('data:image/')) return { ...row, state: 'good' };
  const answer = url ? await ask(url) : 'not an address';
  const status = typeof answer === 'string' ? answer : answer.status === 200 ? undefined : `answers ${answer.status}`;
  if (status === undefined) return { ...row, state: 'good' };
  return {
    ...row,
    state: 'missing',
    text: `${row.text}: ${status}`,
    remedy: '<link rel="icon">, or a file /favicon.ico',
  };
}
