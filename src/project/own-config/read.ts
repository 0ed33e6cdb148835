/** The folder bootdev/ beside bootdev.yaml, which came with the clone: read as data, checked by makeBundle(). */
import { join } from 'node:path';
import type { OwnConfig, Problem } from '../../bundle/own-config/own-config.ts';
import { readPlainTree } from '../../io/guard/plain-tree.ts';

/** Far above what anybody writes by hand. */
const limits = { bytes: 64 * 1024, total: 1024 * 1024, files: 100, depth: 3 };
/** Solr's is written by a program: Drupal's for forty languages has 183 files, of which a list of words has 500 kB. */
const ofSolr = { bytes: 1024 * 1024, total: 8 * 1024 * 1024, files: 400, depth: 2 };

/** Notes for people, and what editors and file managers leave, are no configuration. */
const isPart = (path: string) => !/(?:^|\/)(?:\.[^/]*|README(?:\.\w+)?|[^/]*~)$/.test(path);

export async function readOwnConfig(dir: string): Promise<OwnConfig> {
  const { files, others } = await readTrees(dir);
  const problems: Problem[] = [...others].map(([path, text]) => ({ path, line: 0, text: `${text}.` }));
  const texts = new Map<string, string>();
  for (const [path, bytes] of files) {
    const text = decode(bytes);
    const bad = text === undefined ? { line: 0, text: 'it is not UTF-8.' } : unseen(text);
    if (bad) problems.push({ path, ...bad });
    else texts.set(path, text?.replaceAll('\r\n', '\n') ?? '');
  }
  return { files: texts, problems };
}

async function readTrees(dir: string) {
  const own = await readPlainTree(join(dir, 'bootdev'), (path) => isPart(path) && path !== 'solr', limits);
  if (own.others.has('')) return own; // a link: nothing below it is read either
  const core = await readPlainTree(join(dir, 'bootdev/solr'), isPart, ofSolr);
  const below = <T>(found: Map<string, T>) =>
    [...found].map(([path, value]): [string, T] => [join('solr', path), value]);
  return {
    files: new Map([...own.files, ...below(core.files)].sort(([a], [b]) => (a < b ? -1 : 1))),
    others: new Map([...own.others, ...below(core.others)]),
  };
}

function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Characters that programs take for the end of a line, or do not show: a line must be what it looks like. */
function unseen(raw: string): Omit<Problem, 'path'> | undefined {
  // Line ends of Windows are fine where all are.
  const text = /(?<!\r)\n/.test(raw) ? raw : raw.replaceAll('\r\n', '\n');
  const at = text.search(/[^\P{Cc}\n\t]|[\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\u200b-\u200f]/u);
  if (at < 0) return undefined;
  const code = text.codePointAt(at)?.toString(16).toUpperCase().padStart(4, '0');
  return {
    line: text.slice(0, at).split('\n').length,
    text: `there is a character here that nobody sees (U+${code}).`,
  };
}
