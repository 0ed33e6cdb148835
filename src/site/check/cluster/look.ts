/** One part of a site: what its own constants and functions are, and what is found in its files. */
import type { Inspected, Mark, Rule, Settled } from './finding.ts';
import type { Expression } from './php/expression.ts';
import { readSource, type Source } from './php/source.ts';
import type { Known } from './php/values.ts';
import { addresses } from './rules/addresses.ts';
import { memory } from './rules/memory.ts';
import { settingsOf } from './rules/settings.ts';
import { states, type Temporary, writes } from './rules/writes.ts';

/** A file's text by its path; undefined where it was not read. */
type Text = (path: string) => string | undefined;

interface Input {
  kind: string;
  files: readonly string[];
  read: Text;
  hosts: readonly string[];
}

export interface Found {
  path: string;
  /** Offset in its text. */
  at: number;
  mark: { rule: Rule } | { settled: Settled };
}

/** Files with none of these words have nothing to find. */
const words =
  /file_put_contents|fopen|mkdir|touch|move_uploaded_file|\bcopy\b|rename|symlink|unzip_file|file_save_data|savedata|file_unmanaged_|insert_with_markers|file_prepare_directory|image(?:png|jpeg|webp|gif|avif)|put_contents|dumpfile|extractto|->\s*(?:save|saveas|asxml|move)\b|sqlite3|splfileobject|error_log|flock|apcu?_|xcache_|wincache_|sem_get|shm_attach|shmop_|msg_get_queue|session|spawn_cron|wp_cron|SERVER_ADDR|LOCAL_ADDR/i;
/** A script of the command line, which no visitor's request runs. */
const commandLine = /^#!|\$argv\b|\bSTDIN\b/;
const addressWords = /https?:\/\/(?:10\.|192\.168\.|172\.)/;
/** Of files that say where something is. */
const placeWords =
  /__DIR__|__FILE__|ABSPATH|_DIR\b|_PATH\b|_ROOT\b|plugin_dir_path|get_(?:template|stylesheet)_directory|wp_(?:get_)?upload_dir|(?:drupal|backdrop)_get_path|sys_get_temp_dir|get_temp_dir|\/tmp/;
/** … by a name that other files use. */
const namingWords = /\b(?:define|const|return|global)\b|^\s*\$\w+\s*=/im;

export async function look(input: Input, breathe: () => Promise<void>): Promise<Found[]> {
  const { kind, files, read, hosts } = input;
  const known = await knownIn(input, breathe);
  const found: Found[] = [];
  const temporaries: (Temporary & { path: string; offset: number })[] = [];
  for (const path of files) {
    await breathe();
    const text = read(path);
    if (text === undefined) continue;
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (kind === 'drop-in' && name === 'advanced-cache.php')
      found.push({ path, at: text.indexOf('<?'), mark: { rule: 'page-cache' } });
    if (kind !== 'settings' && (!isOfInterest(text, hosts) || commandLine.test(text))) continue;
    const seen: Inspected = { source: readSource(text), known, name, kind, hosts };
    const offset = (at: number) => seen.source.tokens[at]?.at ?? 0;
    for (const one of marksIn(seen)) {
      if ('shape' in one) temporaries.push({ ...one, path, offset: offset(one.at) });
      else
        found.push({
          path,
          at: offset(one.at) + inside(seen, one.at),
          mark: 'rule' in one ? { rule: one.rule } : { settled: one.settled },
        });
    }
  }
  for (const { path, offset } of states(temporaries)) found.push({ path, at: offset, mark: { rule: 'state' } });
  return found;
}

const isOfInterest = (text: string, hosts: readonly string[]) =>
  words.test(text) || addressWords.test(text) || hosts.some((host) => text.includes(host));

/** Where in a longer text the address is. */
function inside({ source, hosts }: Inspected, at: number): number {
  const token = source.tokens[at];
  if (token?.kind !== 'html' && token?.kind !== 'string') return 0;
  const places = hosts.map((host) => token.text.indexOf(`//${host}`)).filter((place) => place >= 0);
  return places.length > 0 ? Math.min(...places) : 0;
}

function* marksIn(seen: Inspected): Generator<Mark | Temporary> {
  yield* writes(seen);
  yield* memory(seen);
  yield* addresses(seen);
  yield* settingsOf(seen);
}

async function knownIn({ kind, files, read }: Input, breathe: () => Promise<void>): Promise<Known> {
  const known: Known = {
    ...{ constants: new Map(), functions: new Map(), globals: new Map() },
    ...{ isSettings: kind === 'settings', values: new Map() },
  };
  for (const path of files) {
    await breathe();
    const text = read(path);
    if (text !== undefined && placeWords.test(text) && namingWords.test(text)) learn(readSource(text), known);
  }
  return known;
}

function learn({ properties, constants, functions, top }: Source, known: Known): void {
  const source = { properties };
  const add = (to: Known['constants'], name: string, expression: Expression, scope = top) => {
    if (expression.length === 0 || expression.length > 60) return;
    const all = to.get(name);
    if (all) all.push({ expression, source, scope });
    else to.set(name, [{ expression, source, scope }]);
  };
  for (const [name, all] of constants) for (const each of all) add(known.constants, name, each);
  for (const [name, all] of top.assigned) for (const each of all) add(known.globals, name, each);
  for (const scope of functions) {
    for (const [name, all] of scope.assigned) {
      if (scope.global.has(name)) for (const each of all) add(known.globals, name, each, scope);
    }
    for (const each of scope.returned) if (scope.name) add(known.functions, scope.name, each, scope);
  }
}
