/** A page may not lead nowhere: every relative link, every path of the repository and every npm script in it is there. */
import { readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isMarkdown, type Page, parsePage, readPage, repositoryFiles } from './markdown.ts';

const files = repositoryFiles();
const folders = new Set(files.flatMap((file) => file.split('/').map((_, n, parts) => parts.slice(0, n).join('/'))));
const paths = [...files, ...folders];
const pages = new Map(files.filter(isMarkdown).map((file) => [file, readPage(file)]));
const scripts = Object.keys((JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: object }).scripts);

/** A sentence for each link that leads to no file or to no heading. */
function brokenLinks(file: string, { links, anchors }: Page): string[] {
  return links
    .filter(({ text }) => !/^[a-z]+:/.test(text))
    .filter(({ text }) => {
      const [path = '', anchor] = text.split('#');
      const target = normalize(join(dirname(file), path));
      if (path !== '' && !isThere(target)) return true;
      if (anchor === undefined) return false;
      return !(path === '' ? anchors : pages.get(target)?.anchors)?.has(anchor);
    })
    .map(({ text, line }) => `${file}:${line} links to ${text}`);
}

/** With `*` and `{a,b}` as a shell has them. */
function isThere(pattern: string): boolean {
  const source = pattern
    .replace(/\/$/, '')
    .replace(/[.+]/g, '\\$&')
    .replaceAll('*', '[^/]*')
    .replace(/\{([^}]*)\}/g, (_, words: string) => `(?:${words.replaceAll(',', '|')})`);
  const matcher = new RegExp(`^${source}$`);
  return paths.some((path) => matcher.test(path));
}

/** Words of code that begin with a folder of the repository; what has a variable or a gap in it is no path. */
const pathPattern = /^(?:\.ci|bench|cfn|compose|docker|docs|scripts|src|test)\/[\w@./*{},-]*$/;

function missingPaths(file: string, { spans, code }: Page): string[] {
  return [...spans, ...code].flatMap(({ text, line }) =>
    text
      .split(/[\s"'();:]+/)
      .map((word) => word.replace(/[.,]$/, ''))
      .filter((word) => pathPattern.test(word) && !isThere(word))
      .map((word) => `${file}:${line} names ${word}`),
  );
}

function missingScripts(file: string, { spans, code }: Page): string[] {
  return [...spans, ...code].flatMap(({ text, line }) =>
    [...text.matchAll(/\bnpm (?:run )?((?<=run )[\w:-]+|start|test)\b/g)]
      .map(([, name = '']) => name)
      .filter((name) => !scripts.includes(name))
      .map((name) => `${file}:${line} runs npm run ${name}`),
  );
}

/** Names of files in running text without their folder: `headers.conf`. Only those of the architecture page are checked, which is a map. */
const allNames = new Set(files.map((file) => basename(file)));

test.each([...pages])('%s', (file, page) => {
  expect([...brokenLinks(file, page), ...missingPaths(file, page), ...missingScripts(file, page)]).toEqual([]);
});

test('every file name of the architecture page is a file', () => {
  const names = (pages.get('docs/architecture.md') as Page).spans
    .map(({ text }) => text)
    .filter((text) => /^[\w-]+\.(?:ts|tsx|conf|sh|yaml|cfg|cnf)$/.test(text) && text !== 'bootdev.yaml');
  expect(names.filter((name) => !allNames.has(name))).toEqual([]);
});

test('the floors of the architecture page are those that its test keeps', () => {
  const [, table = ''] =
    /const floors[^=]*= \[\n([\s\S]*?)\n\];/.exec(readFileSync('test/architecture.test.ts', 'utf8')) ?? [];
  const kept = table.split('\n').map((line) => [...line.matchAll(/'([^']+)'/g)].map(([, room]) => room));
  const [, page = ''] = readFileSync('docs/architecture.md', 'utf8').split('## The floors');
  const written = [...page.matchAll(/^\d+\. ([^:\n]*)/gm)].map(([, rooms = '']) =>
    [...rooms.matchAll(/`([^`]+)`/g)].map(([, room]) => room),
  );
  expect(written).toEqual(kept);
});

test('every message that the page of troubles quotes is one of the program; … stands for what varies', () => {
  const program = files.filter((file) => /^src\/.*\.tsx?$/.test(file)).map((file) => readFileSync(file, 'utf8'));
  const rows = readFileSync('docs/troubleshooting.md', 'utf8').match(/^\| .* \| .* \|$/gm) ?? [];
  const quoted = rows
    .flatMap((row) => [...(row.split(' | ')[0] ?? '').matchAll(/`([^`]* [^`]*)`/g)])
    .flatMap(([, message = '']) => message.split('…').map((part) => part.trim()))
    .filter((part) => part.length > 4);
  expect(quoted.length).toBeGreaterThan(15);
  expect(quoted.filter((part) => !program.some((text) => text.includes(part)))).toEqual([]);
});

test('the first change that CONTRIBUTING proposes can still be made', () => {
  const [, steps = ''] = readFileSync('CONTRIBUTING.md', 'utf8').split('in under a minute');
  for (const [file, place] of [
    ['test/settings/schema.test.ts', "'units: %j'"],
    ['src/settings/kinds.ts', 'd: 86_400'],
    ['src/settings/kinds.ts', '[smhd]'],
  ] as const) {
    expect(readFileSync(file, 'utf8')).toContain(place);
    expect(steps).toContain(file);
  }
});

test('every page of docs/ is in its index', () => {
  const index = pages.get('docs/README.md') as Page;
  const linked = index.links.map(({ text }) => normalize(join('docs', text)));
  const inDocs = [...pages.keys()].filter((file) => file.startsWith('docs/') && file !== 'docs/README.md');
  expect(inDocs.length).toBeGreaterThan(10);
  expect(inDocs.filter((file) => !linked.includes(file))).toEqual([]);
});

describe('the checker itself sees', () => {
  const page = parsePage(
    [
      '# A page: its `first` heading',
      'A [file](gone.md), an [anchor](#nowhere), a [good one](#a-page-its-first-heading), [the web](https://example.org).',
      'Paths: `src/gone.ts`, `src/cli.ts`, `docker/roles/*/apply.sh`, `src/*/gone.ts`, `[not](a-link.md)`.',
      '```sh',
      'npx vitest run test/gone.test.ts   # `src/also-gone.ts`',
      'npm run gone && npm run check && npm test && npm start',
      '```',
    ].join('\n'),
  );

  test('links and anchors', () => {
    expect(brokenLinks('README.md', page)).toEqual(['README.md:2 links to gone.md', 'README.md:2 links to #nowhere']);
  });

  test('paths in spans and in code', () => {
    expect(missingPaths('README.md', page)).toEqual([
      'README.md:3 names src/gone.ts',
      'README.md:3 names src/*/gone.ts',
      'README.md:5 names test/gone.test.ts',
    ]);
  });

  test('npm scripts', () => {
    expect(missingScripts('README.md', page)).toEqual(['README.md:6 runs npm run gone']);
  });
});
