import type { Arrived } from './chain.ts';
import type { Document } from './document.ts';

/** A page that has arrived, and been read. */
export interface Page extends Arrived {
  document: Document;
}

/** Bytes in words that suit a page: 34 kB. */
export const kilobytes = (bytes: number): string =>
  bytes >= 1_000_000 ? `${(bytes / 1_000_000).toFixed(1)} MB` : `${Math.ceil(bytes / 1000)} kB`;

/** An address as a page has it, made whole; undefined: it is none. */
export function resolve(href: string | undefined, { url }: Pick<Arrived, 'url'>): URL | undefined {
  return href !== undefined && URL.canParse(href.trim(), url.href) ? new URL(href.trim(), url) : undefined;
}

export const isWhole = (href: string): boolean => /^https?:\/\//i.test(href.trim());
