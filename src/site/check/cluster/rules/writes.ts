/** Files that are written where only one machine has them. */
import { callsOf } from '../calls.ts';
import type { Call, Inspected, Mark, Rule } from '../finding.ts';
import type { Value } from '../php/value.ts';

/** Functions that write, with the argument that says where. */
const writers: ReadonlyMap<string, number> = new Map([
  ...[
    'file_put_contents',
    'fopen',
    'mkdir',
    'wp_mkdir_p',
    'touch',
    'insert_with_markers',
    'file_prepare_directory',
  ].map((name): [string, number] => [name, 0]),
  ...['move_uploaded_file', 'copy', 'rename', 'symlink', 'unzip_file', 'file_save_data'].map(
    (name): [string, number] => [name, 1],
  ),
  ...['file_unmanaged_save_data', 'file_unmanaged_copy', 'file_unmanaged_move'].map((name): [string, number] => [
    name,
    1,
  ]),
  ...['imagepng', 'imagejpeg', 'imagewebp', 'imagegif', 'imageavif'].map((name): [string, number] => [name, 1]),
  ...['->put_contents', '->dumpfile', '->extractto', '->save', '->asxml', '->saveas'].map((name): [string, number] => [
    name,
    0,
  ]),
  ...['->savedata', '->copy', '->move'].map((name): [string, number] => [name, 1]),
  ...['new sqlite3', 'new splfileobject'].map((name): [string, number] => [name, 0]),
  ['error_log', 2],
]);
const readers = new Set([
  'file_get_contents',
  'readfile',
  'include',
  'require',
  'simplexml_load_file',
  'file',
  'parse_ini_file',
]);
const checks = new Set(['file_exists', 'is_file', 'is_readable']);
const names = new Set([...writers.keys(), ...readers, ...checks, 'filemtime', 'flock']);

/** What one machine keeps in its /tmp, by the path's shape: a state where it is asked for again. */
export interface Temporary {
  shape: string;
  use: 'write' | 'read' | 'check' | 'age';
  at: number;
}

export function* writes(seen: Inspected): Generator<Mark | Temporary> {
  for (const call of callsOf(seen, names)) {
    const place = writers.get(call.name);
    if (call.name === 'flock') yield* lock(call);
    else if (place === undefined) yield* temporary(call, purposeOf(call.name), call.value(0));
    else if (!writesAtAll(call)) yield* temporary(call, 'read', call.value(place));
    else yield* write(call, call.value(place));
  }
}

const purposeOf = (name: string): Temporary['use'] =>
  name === 'filemtime' ? 'age' : checks.has(name) ? 'check' : 'read';

/** fopen for reading, error_log into the log, and a class's own reading are no writing. */
function writesAtAll({ name, word, args }: Call & { name: string }): boolean {
  if (name === 'fopen' || name === 'new splfileobject') return /^[waxc]|^r[bt]?\+/.test(word(1) ?? 'r');
  if (name === 'error_log') return args[1]?.[0]?.text === '3';
  return true;
}

function* write(call: Call & { name: string }, value: Value): Generator<Mark | Temporary> {
  const { at, name } = call;
  if (value.place === 'temp') {
    if (value.visitor && !value.unique) yield { rule: 'limit', at };
    else if (!/mkdir/.test(name)) yield* temporary(call, 'write', value);
  } else if (value.place === 'code' || isRelative(name, value)) {
    yield { rule: value.visitor ? 'limit' : ruleOf(name, value.rest), at };
  }
}

/** `file_put_contents('debug.log', …)`: into the folder of the script that was asked for. */
const isRelative = (name: string, { place, literal, rest }: Value): boolean =>
  /^(?:file_put_contents|fopen)$/.test(name) && place === 'unknown' && literal && /^[\w-][\w./-]*\.\w+$/.test(rest);

function ruleOf(name: string, rest: string): Rule {
  if (name === 'move_uploaded_file') return 'upload';
  if (/\.htaccess|\.user\.ini|wp-config\.php|web\.config/.test(rest) || name === 'insert_with_markers')
    return 'server-files';
  if (/advanced-cache\.php|(?:^|\/)(?:cache|minify|et-cache|breeze)(?:\/|$)/.test(rest)) return 'cache';
  return 'code';
}

function* lock({ at, value, args }: Call): Generator<Mark> {
  if (args[1]?.some(({ text }) => text === 'LOCK_UN')) return;
  const { place, unique } = value(0);
  if ((place === 'code' || place === 'temp') && !unique) yield { rule: 'lock', at };
}

/** Only what can be known again: with some text of its own in it. */
function* temporary({ at }: Call, use: Temporary['use'], value: Value): Generator<Temporary> {
  if (value.place !== 'temp' || value.unique || !/[A-Za-z]{3}/.test(value.rest.replace(/^\/(?:var\/)?tmp/, ''))) return;
  yield { shape: value.rest, use, at };
}

/** Writes of a part whose file it asks for again: how old it is, or whether it is there to read it. */
export function* states<Each extends Temporary>(all: readonly Each[]): Generator<Each> {
  const uses = new Map<string, Set<Temporary['use']>>();
  for (const { shape, use } of all) uses.set(shape, (uses.get(shape) ?? new Set()).add(use));
  for (const each of all) {
    const of = uses.get(each.shape);
    if (each.use === 'write' && (of?.has('age') || (of?.has('check') && of.has('read')))) yield each;
  }
}
