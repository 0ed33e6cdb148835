/** The `bootdev …` commands that a page names, and whether the program would take them. Knows the program by its help alone. */
import type { Page, Said } from './markdown.ts';

/** The words after `bootdev`. */
export interface Command {
  words: string[];
  line: number;
}

/** What `bootdev help NAME` says that it takes. */
export interface Usage {
  /** Flags in all their spellings; true: a value follows. */
  flags: Map<string, boolean>;
  /** How many arguments. */
  least: number;
  most: number;
}

/** `program` is `bootdev` itself, with its common flags. */
export type Table = ReadonlyMap<string, Usage>;

/**
 * In running text a code span that begins with it. In code where a command can begin: a line, or what follows a label (`see it:`), a prompt, an
 * arrow, another command. The heads of screens (`bootdev up · shop`) and their sentences are none.
 */
export function commandsOf({ spans, code }: Page): Command[] {
  const inSpans = spans.flatMap((said) => mentions(said, /^(?:[A-Z_]+=\S+ +)*(?:npx +)?bootdev(?= |$)/g));
  const begin = /(?<=^\s*|^\s*[\w ]{1,30}: +|[→·$|;&(]\s*|\bnext\s+|[A-Z_]=\S+ +)(?:npx +)?bootdev(?= |$)/g;
  return [...inSpans, ...code.flatMap((said) => mentions(said, begin))];
}

function mentions({ text, line }: Said, pattern: RegExp): Command[] {
  return [...text.matchAll(pattern)].flatMap((match) => {
    const rest = text.slice(match.index + match[0].length);
    if (/^ +(?:\w+ +)?·/.test(rest)) return [];
    // Up to a comment, a column, another command, a redirection, or a remark.
    const [command = ''] = rest.split(/ #| {2,}(?=\S)|[;|<>→·]|&&| \(|\)|, /);
    return [{ words: wordsOf(command), line }];
  });
}

/** As a shell parts them; `[--flag]` of a synopsis counts as given. */
function wordsOf(command: string): string[] {
  const words = command.replace(/[[\]]/g, '').match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
  return words.map((word) => word.replace(/["']/g, ''));
}

/** Reads `Usage: bootdev logs [options] [machine]` and the lines `  -f, --follow  …` below it. */
export function parseUsage(help: string): Usage {
  const synopsis = /^Usage: bootdev(.*)$/m.exec(help)?.[1] ?? '';
  const places = [...synopsis.matchAll(/<[^>]+>|\[[^\]]+\]/g)]
    .map(([place]) => place)
    .filter((it) => it !== '[options]');
  const flags = new Map<string, boolean>();
  for (const [, short, long = '', value] of help.matchAll(/^ {2}(?:(-\w), )?(--[\w-]+)(?: (<[^>]+>))? {2,}/gm))
    for (const name of [short, long]) if (name) flags.set(name, value !== undefined);
  return {
    flags,
    least: places.filter((place) => place.startsWith('<')).length,
    most: places.some((place) => place.includes('...')) ? Number.POSITIVE_INFINITY : places.length,
  };
}

/** The first words of the indented lines of `bootdev --help` that are no flags. */
export const commandNames = (help: string) =>
  [...help.matchAll(/^ {2}([a-z][a-z-]*)(?= )/gm)].map(([, name = '']) => name);

/** Why the program would refuse these words; undefined: it would take them. A command's name alone is a mention. */
export function refusal(words: readonly string[], table: Table): string | undefined {
  const common = table.get('program') as Usage;
  let usage = common;
  let name: string | undefined;
  const given: string[] = [];
  for (let n = 0; n < words.length; n++) {
    const word = words[n] as string;
    const [flag = '', value] = word.split('=', 2);
    if (/^(?:composer|npm|php|drush|wp|mysql)$/.test(name ?? '')) return undefined; // every flag is the other program's
    if (/^(?:exec|run|ssh)$/.test(name ?? '') && given.length > 0) return undefined; // the rest is the other program's
    if (word === '--help' || word === '-h') return undefined;
    if (word.startsWith('-')) {
      const takesValue = usage.flags.get(flag) ?? (name === undefined ? undefined : common.flags.get(flag));
      if (takesValue === undefined) return `${name ?? 'bootdev'} has no flag ${flag}`;
      if (takesValue && value === undefined && words[++n] === undefined) return `${flag} needs a value`;
    } else if (name === undefined) {
      name = word;
      const found = table.get(name);
      if (!found || name === 'program') return `there is no command ${name}`;
      usage = found;
    } else given.push(word);
  }
  if (name === undefined || words.length === 1) return undefined;
  if (name === 'help' && given[0] !== undefined && !table.has(given[0])) return `there is no command ${given[0]}`;
  if (given.length > usage.most) return `${name} takes ${usage.most} arguments, not ${given.length}`;
  return given.length < usage.least ? `${name} needs ${usage.least} arguments` : undefined;
}

/** The values after each `--set`. */
export const setsOf = (words: readonly string[]) => words.filter((_, n) => words[n - 1] === '--set');
