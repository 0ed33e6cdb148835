/** A program's words about a machine's files, with the places of the site's own files instead. Pure. */
import type { Tree } from '../files.ts';
import { ownKeys } from './mysql.ts';
import { type OwnConfig, placeOf } from './own-config.ts';

export function withOwnPlaces(text: string, tree: Tree, own: OwnConfig): string {
  const root = '/etc/bootdev/[^\\s:"/]+(?:/[0-9a-f]{12}\\.\\d+(?:\\.new)?)?';
  const inNginx = new RegExp(`${root}/etc/nginx/own/`, 'g');
  const inIni = new RegExp(`${root}/etc/php/bootdev\\.ini"?(?:'?,?) on line (\\d+)`, 'g');
  return text
    .replace(inNginx, 'bootdev/nginx/')
    .replace(inIni, (whole, line: string) => placeIn(tree, 'etc/php/bootdev.ini', Number(line)) ?? whole)
    .split('\n')
    .map((line) => withKey(line, own))
    .join('\n');
}

/** Of a line in one of our files that his are appended to. */
function placeIn(tree: Tree, path: string, line: number): string | undefined {
  const lines = tree.get(path)?.bytes.toString().split('\n').slice(0, line) ?? [];
  const begins = lines.findLastIndex((each) => /^[;#] from bootdev\//.test(each));
  const [, file] = /^[;#] from bootdev\/(.+)$/.exec(lines[begins] ?? '') ?? [];
  return file === undefined ? undefined : placeOf(file, line - begins - 1);
}

/** mysqld names a variable, and no line. */
function withKey(line: string, own: OwnConfig): string {
  const said = line.replaceAll('-', '_');
  const key = ownKeys(own).findLast((each) => new RegExp(`['" ]${each.key}(?:[=:'" .]|$)`).test(said));
  return key ? `${line} (${placeOf(key.path, key.line)})` : line;
}
