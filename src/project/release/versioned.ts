/** What of a release goes into the bucket before the release is served, so that no page misses a style or a script: docs/cdn.md. */
import { manifestEntries } from '../../bundle/manifest.ts';
import { versionedFile } from '../../bundle/versioned-files.ts';
import type { Release } from '../release.ts';
import type { Read } from './contents.ts';

/** What the bucket has below `assets/`, by address; `gone`: since when (ISO 8601) no release that is served has had it. */
export type Ledger = Readonly<Record<string, { sha256: string; gone?: string }>>;

export interface AssetChanges {
  /** To be put, by address. */
  put: { path: string; type: string; read: () => ReturnType<Read> }[];
  /** Addresses to be removed. */
  remove: string[];
  /** What the bucket has then: to be written last, so that who was killed begins again. */
  ledger: Ledger;
}

/** How long a file stays after the last release that had it: a visitor may have a page open for as long. */
const days = 30;

const isVersioned = new RegExp(versionedFile);
/** nginx shows none of these (docker/roles/nginx: deny.conf). */
const isHidden = /^\/(?:vendor|node_modules|config|private)\/|\/\./;

/** Undefined: the bucket has what it needs. `docroot`: code.docroot. */
export function assetChanges(
  ledger: Ledger,
  { manifest, read }: Pick<Release, 'manifest' | 'read'>,
  docroot: string,
  now: Date,
): AssetChanges | undefined {
  const put: AssetChanges['put'] = [];
  const next: Record<string, Ledger[string]> = {};
  const start = docroot === '' ? '' : `${docroot}/`;
  for (const entry of manifestEntries(manifest)) {
    if (entry.mode === '120000' || !entry.path.startsWith(start)) continue;
    const path = `/${entry.path.slice(start.length)}`;
    if (!isVersioned.test(path) || isHidden.test(path)) continue;
    next[path] = { sha256: entry.sha256 };
    if (ledger[path]?.sha256 !== entry.sha256) put.push({ path, type: typeOf(path), read: () => read(entry) });
  }
  const remove: string[] = [];
  for (const [path, { sha256, gone = now.toISOString() }] of Object.entries(ledger)) {
    if (next[path]) continue;
    if (now.getTime() - Date.parse(gone) > days * 86_400_000) remove.push(path);
    else next[path] = { sha256, gone };
  }
  const isSame = JSON.stringify(sorted(next)) === JSON.stringify(sorted(ledger));
  return isSame ? undefined : { put, remove, ledger: sorted(next) };
}

const sorted = (ledger: Ledger): Ledger =>
  Object.fromEntries(Object.entries(ledger).sort(([one], [other]) => (one < other ? -1 : 1)));

/** As docker/roles/nginx has it: mime.types. */
const types: Readonly<Record<string, string>> = {
  css: 'text/css',
  js: 'text/javascript',
  mjs: 'text/javascript',
  woff2: 'font/woff2',
  woff: 'font/woff',
  svg: 'image/svg+xml',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  ico: 'image/x-icon',
};
const typeOf = (path: string) => types[path.slice(path.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
