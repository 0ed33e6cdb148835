/** What is in the page itself: its heading, data for programs, pictures, and what comes unencrypted. */
import type { PageRow } from '../../../../events.ts';
import type { Tag } from '../document.ts';
import { type Page, resolve } from '../page.ts';

export const contentRows = (page: Page): PageRow[] => [heading(page), data(page), pictures(page), encrypted(page)];

function heading({ document }: Page): PageRow {
  const [first, ...others] = document.all('h1');
  const row = {
    name: 'h1',
    text: first ? `${first.text || 'without text'}${others.length > 0 ? ` · ${others.length} more` : ''}` : 'none',
  };
  if (first?.text) return { ...row, state: 'good' };
  return { ...row, state: 'missing', remedy: 'one <h1> with the name of the page' };
}

function data({ document }: Page): PageRow {
  const scripts = document
    .all('script')
    .filter((tag) => /^application\/ld\+json\b/i.test(tag.get('type')?.trim() ?? ''));
  const name = 'JSON-LD';
  if (scripts.length === 0)
    return { name, state: 'none', text: 'none: search results show stars, prices and dates by it' };
  const types: string[] = [];
  for (const { text } of scripts) {
    try {
      types.push(...typesIn(JSON.parse(text)));
    } catch (error) {
      return {
        name,
        state: 'missing',
        text: (error as Error).message,
        remedy: 'JSON without a mistake: with one nobody reads any of it',
      };
    }
  }
  return { name, state: 'good', text: [...new Set(types)].slice(0, 12).join(', ') || 'without @type' };
}

function typesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.slice(0, 100).flatMap((each) => (Array.isArray(each) ? [] : typesIn(each)));
  if (value === null || typeof value !== 'object') return [];
  const { '@type': type, '@graph': graph } = value as Record<string, unknown>;
  const own = [type].flat(1).filter((each) => typeof each === 'string');
  return [...own, ...(Array.isArray(graph) ? typesIn(graph) : [])];
}

function pictures({ document }: Page): PageRow {
  const images = document.all('img');
  const name = 'images';
  const silent = images.filter((tag) => tag.get('alt') === undefined);
  const sizeless = images.filter((tag) => !tag.get('width') || !tag.get('height'));
  const text = [
    `${images.length}`,
    ...(silent.length > 0 ? [`${silent.length} without alt${examples(silent)}`] : []),
    ...(sizeless.length > 0 ? [`${sizeless.length} without width and height${examples(sizeless)}`] : []),
  ].join(' · ');
  if (silent.length === 0 && sizeless.length === 0) return { name, state: 'good', text };
  const remedies = [
    ...(silent.length > 0 ? ['alt="" for decoration, else what is to be seen'] : []),
    ...(sizeless.length > 0 ? ['width and height, so that the page does not jump while it loads'] : []),
  ];
  return { name, state: 'missing', text, remedy: remedies.join('; ') };
}

function examples(tags: readonly Tag[]): string {
  const names = tags.map((tag) => (tag.get('src') ?? '').split(/[?#]/)[0]?.split('/').at(-1) ?? '');
  const known = [...new Set(names.filter((each) => each !== '' && each.length < 60))].slice(0, 2);
  return known.length > 0 ? ` (${known.join(', ')}${tags.length > known.length ? ' …' : ''})` : '';
}

function encrypted(page: Page): PageRow {
  const name = 'encryption';
  if (page.url.protocol !== 'https:')
    return {
      name,
      state: 'missing',
      text: 'the page itself comes by http',
      remedy: 'https, with a redirect from http',
    };
  const open = page.document.tags
    .map((tag) => resolve(sourceOf(tag), page))
    .filter((url) => url?.protocol === 'http:')
    .map((url) => url?.href ?? '');
  if (open.length === 0) return { name, state: 'good', text: 'nothing in the page comes by http' };
  const text = `${open.length} by http: ${[...new Set(open)].slice(0, 2).join(' ')}`;
  return { name, state: 'missing', text, remedy: 'https for all that a page loads: browsers refuse the rest' };
}

/** What a browser loads by itself. */
function sourceOf({ name, get }: Tag): string | undefined {
  if (name === 'link')
    return /\b(?:stylesheet|preload|icon|manifest)\b/i.test(get('rel') ?? '') ? get('href') : undefined;
  if (name === 'object') return get('data');
  return /^(?:img|script|iframe|source|video|audio|embed)$/.test(name) ? get('src') : undefined;
}
