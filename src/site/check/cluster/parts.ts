/** What of a site's code is the site's own: its plugins, modules, themes and settings. The application itself is not looked at. Pure. */
import { posix } from 'node:path';
import type { Application } from '../../../project/applications.ts';

export interface Pattern {
  /** plugin, module, theme, settings … */
  kind: string;
  /** Segments below the code's folder; `*` in one stands for anything. */
  segments: readonly string[];
  besides: readonly string[];
}

/** Folders of a part that are others' code, or that no visitor's request runs. */
const notTheirs =
  /^(?:vendor|vendors|vendor[_-]prefixed|third-party|node_modules|bower_components|tests?|Tests?|phpunit|bin|drush|wp-cli|cli|docs?|examples?|maintenance|build|tools|scripts|spec)$/;
const php = /\.(?:php|inc|module|theme|engine|profile|install|phtml)$/i;
const notAsked = /\.drush\.inc$|(?:Test|Command|Commands)\.php$|(?:^|\/)generate[-_.][^/]*\.php$/;

/** As app.yaml says it, below `docroot`. Nothing said: all of the code is one part. */
export function patternsOf({ check }: Application, docroot: string): Pattern[] {
  const { parts, besides } = check;
  const all = Object.entries(parts).flatMap(([kind, paths]) =>
    paths.map((path) => ({ kind, besides, segments: posix.join(docroot || '.', path).split('/') })),
  );
  // The longest first: modules/contrib/* before modules/*.
  const inside = all.filter(({ segments }) => segments[0] !== '..');
  return inside.sort((one, other) => other.segments.length - one.segments.length);
}

/** The part that a file is in: its kind, and its path below the code's folder. */
export function partOf(path: string, patterns: readonly Pattern[]): { kind: string; path: string } | undefined {
  if (patterns.length === 0) return { kind: 'site', path: '' };
  const segments = path.split('/');
  for (const { kind, segments: pattern, besides } of patterns) {
    const own = segments.slice(0, pattern.length);
    if (own.length === pattern.length && matches(own, pattern) && !besides.includes(own.at(-1) ?? '')) {
      return { kind, path: own.join('/') };
    }
  }
  return undefined;
}

/** Whether something below this folder may be a part's. */
export function leadsToParts(folder: string, patterns: readonly Pattern[]): boolean {
  if (notTheirs.test(posix.basename(folder)) && partOf(folder, patterns)?.path !== folder) return false;
  if (partOf(folder, patterns)) return true;
  const segments = folder.split('/');
  return patterns.some((pattern) => segments.length < pattern.segments.length && matches(segments, pattern.segments));
}

export const isRead = (path: string): boolean => php.test(path) && !notAsked.test(path);

function matches(segments: readonly string[], pattern: readonly string[]): boolean {
  return segments.every((segment, index) => {
    const [before = '', after] = (pattern[index] ?? '').split('*', 2);
    if (after === undefined) return segment === before;
    return segment.length >= before.length + after.length && segment.startsWith(before) && segment.endsWith(after);
  });
}

/** Where a part says its name, and how. */
const namings: readonly { file: RegExp; pattern: RegExp }[] = [
  { file: /\.php$/, pattern: /^[ \t/*#@]*Plugin Name:[ \t]*(\S.*)$/m },
  { file: /^style\.css$/, pattern: /^[ \t/*#@]*Theme Name:[ \t]*(\S.*)$/m },
  { file: /\.info\.yml$/, pattern: /^name:[ \t]*(\S.*)$/m },
  { file: /\.info$/, pattern: /^name[ \t]*=[ \t]*(\S.*)$/m },
];

export const mayName = (file: string): boolean => namings.some((each) => each.file.test(file));

/** `head`: the file's beginning. */
export function nameIn(file: string, head: string): string | undefined {
  const naming = namings.filter((each) => each.file.test(file));
  const name = naming.map(({ pattern }) => pattern.exec(head)?.[1]).find((found) => found !== undefined);
  return name
    ?.replace(/\*\/\s*$/, '')
    .replace(/^(['"])(.*)\1\s*$/, '$2')
    .trim();
}
