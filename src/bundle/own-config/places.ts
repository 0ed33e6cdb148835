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
    .map((line) => (tree.has('etc/solr/solr.xml') ? withSolrPlace(line, own) : withKey(line, own)))
    .join('\n');
}

/** Solr names a place where a file is no XML; else what it did not know, in quotes or as a class. */
function withSolrPlace(line: string, { files }: OwnConfig): string {
  const inXml = line.replace(/systemId: solrres:\/([\w./-]+); lineNumber: (\d+); columnNumber: \d+/, (_, file, at) =>
    placeOf(`solr/${file}`, Number(at)),
  );
  if (inXml !== line) return inXml;
  const words = [...line.matchAll(/['"[]([\w.:*/-]+)['"\]]|: ([\w.]+)$/g)].map(([, a, b]) => a ?? b ?? '');
  for (const word of words) {
    for (const [path, text] of files) {
      if (!path.startsWith('solr/') || !path.endsWith('.xml')) continue;
      const at = text.split('\n').findIndex((each) => ['"', "'", '>'].some((sign) => each.includes(`${sign}${word}`)));
      if (at >= 0) return `${line} (${placeOf(path, at + 1)})`;
    }
  }
  return line;
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
