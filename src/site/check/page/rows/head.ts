/** What search engines read of a page's head. */
import type { PageRow } from '../../../../events.ts';
import { isWhole, type Page, resolve } from '../page.ts';

export const headRows = (page: Page): PageRow[] => [
  title(page),
  description(page),
  canonical(page),
  robots(page),
  viewport(page),
  language(page),
];

const longTitle = 70;
const longDescription = 200;

function title({ document }: Page): PageRow {
  const titles = document.all('title').filter(({ inHead }) => inHead);
  const [first] = titles;
  const row = { name: 'title', text: first?.text ? `${first.text.length} characters: ${first.text}` : 'none' };
  if (!first?.text)
    return { ...row, state: 'missing', remedy: '<title> in the head: it is what a search result shows' };
  if (titles.length > 1) return { ...row, state: 'missing', text: `${titles.length} of them`, remedy: 'one <title>' };
  if (first.text.length > longTitle)
    return { ...row, state: 'missing', remedy: `at most ${longTitle} characters: more is cut` };
  return { ...row, state: 'good' };
}

function description({ document }: Page): PageRow {
  const said = document.meta('description');
  const row = { name: 'description', text: said ? `${said.length} characters: ${said}` : 'none' };
  if (!said) return { ...row, state: 'missing', remedy: '<meta name="description">: two lines of a search result' };
  if (said.length > longDescription) return { ...row, state: 'missing', remedy: 'about 160 characters: more is cut' };
  return { ...row, state: 'good' };
}

function canonical(page: Page): PageRow {
  const links = page.document.links('canonical');
  const href = links[0]?.get('href');
  const row = { name: 'canonical', text: href ?? 'none' };
  const wrong = (remedy: string): PageRow => ({ ...row, state: 'missing', remedy });
  if (!href) return wrong('<link rel="canonical"> with the whole address: else one page counts as several');
  if (links.length > 1) return wrong(`one of them, not ${links.length}: search engines take none`);
  if (!links[0]?.inHead) return wrong('in the head: what is in the body does not count');
  const target = resolve(href, page);
  if (!isWhole(href) || !target) return wrong('the whole address, with https:// and the host');
  if (target.hostname !== page.url.hostname)
    return wrong(`${page.url.hostname} as its host: with another one this page is never found`);
  if (target.protocol === 'http:' && page.url.protocol === 'https:') return wrong('https://, as the page itself');
  return { ...row, state: 'good' };
}

function robots({ document, page }: Page): PageRow {
  const said = [document.meta('robots'), document.meta('googlebot'), page.headers['x-robots-tag']];
  const words = said.flat().filter((each) => each !== undefined && each !== '');
  const row = { name: 'robots', text: words.join(' · ') || 'index, follow' };
  if (!words.some((each) => /\b(?:noindex|none)\b/i.test(String(each)))) return { ...row, state: 'good' };
  return { ...row, state: 'missing', remedy: 'without noindex, unless nobody is to find this page' };
}

function viewport({ document }: Page): PageRow {
  const said = document.meta('viewport');
  if (said) return { name: 'viewport', state: 'good', text: said };
  const remedy = '<meta name="viewport" content="width=device-width, initial-scale=1">: else phones show it tiny';
  return { name: 'viewport', state: 'missing', text: 'none', remedy };
}

function language({ document }: Page): PageRow {
  const said = document.all('html')[0]?.get('lang')?.trim();
  if (said) return { name: 'language', state: 'good', text: said };
  return {
    name: 'language',
    state: 'missing',
    text: 'none',
    remedy: '<html lang="en">: for search engines and screen readers',
  };
}
