/** Who may import what (design: the core is pure, effects stand in io/, screens know events only). */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';

interface Import {
  /** 'src/io/files.ts' or a package's name as written. */
  target: string;
  /** Only a type: gone when the program runs. */
  type: boolean;
  /** `import()`: loaded only when it is reached. */
  lazy: boolean;
}

interface Rule {
  name: string;
  /** Files the rule is about. */
  of: RegExp;
  /** What they may not import … */
  never?: RegExp;
  /** … or all that they may. */
  only?: RegExp;
  /** Types may come from anywhere. */
  typesAreFree?: boolean;
}

const pure =
  'src/(?:bundle/|machines/|settings/(?:schema|sections|visitor-sections|between|kinds|tree|closest|catalogue|layers|safe-text)\\.ts|errors\\.ts|answers/|events\\.ts)';

const rules: Rule[] = [
  {
    name: 'settings, machines and bundle are pure',
    of: new RegExp(`^${pure}`),
    // Which applications there are says the package.
    only: new RegExp(`^(?:${pure}|src/io/environment/package\\.ts$|zod$|yaml$|tldts$|node:(?:crypto|path)$)`),
  },
  {
    name: 'files, programs, engine, network and terminal are reached through io/ alone',
    of: /^src\/(?!io\/)/,
    never: /^(?:execa|dockerode|@aws-sdk\/.*|node:(?:fs.*|child_process|net|dns.*|http|https|tls|dgram|readline.*))$/,
  },
  {
    name: 'the replica takes its effects as one argument',
    of: /^src\/replica\//,
    never: /^(?:src\/io\/.*|node:timers.*)$/,
    typesAreFree: true,
  },
  {
    name: 'the verbs take docker and compose as arguments',
    of: /^src\/(?:replica|site|drill|cloud|parity)\//,
    never: /^(?:src\/io\/(?:docker|compose|command|terminal)\.ts|node:fs.*|node:os)$/,
    typesAreFree: true,
  },
  {
    name: 'screens know events only',
    of: /^src\/screen\//,
    only: /^(?:src\/screen\/|src\/(?:events|errors|duration)\.ts$|ink$|react(?:\/.*)?$|@inkjs\/ui$|string-width$|cli-truncate$|node:(?!fs|child_process|net|http|os))/,
  },
  {
    name: '@inkjs/ui stays in wizard and screen',
    of: /^src\/(?!(?:screen|wizard)\/)/,
    never: /^@inkjs\//,
  },
  { name: 'commander stays with the commands', of: /^src\/(?!commands\/)/, never: /^commander$/ },
];

/** Import lines and import() calls; a small pattern is enough for formatted code. */
function importsOf(file: string, text: string): Import[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const statements = [...code.matchAll(/^(?:import|export)\s+(type\s)?(?:[\w*{}\s,$]*?\sfrom\s+)?'([^']+)'/gm)];
  const calls = [...code.matchAll(/\bimport\(\s*'([^']+)'\s*\)/g)];
  const resolved = (name: string) => (name.startsWith('.') ? normalize(join(dirname(file), name)) : name);
  return [
    ...statements.map(([, type, name = '']) => ({ target: resolved(name), type: type !== undefined, lazy: false })),
    ...calls.map(([, name = '']) => ({ target: resolved(name), type: false, lazy: true })),
  ];
}

function breaches(rule: Rule, file: string, text: string): string[] {
  if (!rule.of.test(file)) return [];
  return importsOf(file, text)
    .filter(({ type }) => !(type && rule.typesAreFree))
    .filter(({ target }) => rule.never?.test(target) || (rule.only && !rule.only.test(target)))
    .map(({ target }) => `${file} imports ${target}`);
}

/**
 * From ground to roof. An import goes down, or stays in its own folder; what stands on one floor does not know each other: replica and
 * cloud are siblings, and what compares them (parity) stands above both. Types count too.
 */
const floors: readonly (readonly string[])[] = [
  ['errors.ts', 'answers', 'version.ts', 'duration.ts'],
  ['events.ts'],
  ['steps.ts'],
  ['io', 'screen'],
  ['settings', 'host'],
  ['machines'],
  ['bundle'],
  ['project'],
  ['images'],
  ['replica', 'cloud', 'doctor'],
  ['site'],
  ['parity', 'drill'],
  ['wizard', 'dashboard', 'lesson'],
  ['commands'],
  ['cli.ts'],
];

const roomOf = (file: string) => file.split('/')[1] ?? '';
const floorOf = (room: string) => floors.findIndex((rooms) => rooms.includes(room));

/** Imports of a file that do not go down. */
function upwards(file: string, text: string): string[] {
  return importsOf(file, text)
    .filter(({ target }) => target.startsWith('src/'))
    .filter(({ target }) => roomOf(target) !== roomOf(file) && floorOf(roomOf(target)) >= floorOf(roomOf(file)))
    .map(({ target }) => `${file} imports ${target}`);
}

const sources = new Map(
  readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => join('src', path))
    .map((path) => [path, readFileSync(path, 'utf8')]),
);

test.each(rules)('$name', (rule) => {
  expect([...sources].flatMap(([file, text]) => breaches(rule, file, text))).toEqual([]);
});

test('every folder has its floor', () => {
  expect([...sources.keys()].filter((file) => floorOf(roomOf(file)) < 0)).toEqual([]);
});

test('an import goes down', () => {
  expect([...sources].flatMap(([file, text]) => upwards(file, text))).toEqual([]);
});

test('no folder has more than 14 files', () => {
  const count = new Map<string, number>();
  for (const file of sources.keys()) count.set(dirname(file), (count.get(dirname(file)) ?? 0) + 1);
  expect([...count].filter(([, files]) => files > 14)).toEqual([]);
});

test('cli.ts alone touches argv, and nobody ends the process', () => {
  const using = (pattern: RegExp) => [...sources].filter(([, text]) => pattern.test(text)).map(([file]) => file);
  expect(using(/process\.argv|\bargv\b.*from 'node:process'/)).toEqual(['src/cli.ts']);
  expect(using(/process\.exit\(/)).toEqual([]);
});

test('what every command loads at its start stays small', () => {
  const loaded = new Set<string>();
  const load = (file: string) => {
    if (loaded.has(file)) return;
    loaded.add(file);
    for (const { target, type, lazy } of importsOf(file, sources.get(file) ?? '')) if (!type && !lazy) load(target);
  };
  load('src/cli.ts');
  expect([...loaded].filter((target) => !target.startsWith('src/'))).toEqual(['package.json']);
  load('src/commands/program.ts');
  const packages = [...loaded].filter((target) => !/^(?:src\/|node:|package\.json)/.test(target));
  expect(packages).toEqual(['commander']);
  // The table is loaded for every command line; what a command needs beyond this, it loads when it runs.
  const others = [...loaded].filter((target) => /^src\/(?!commands\/|[\w-]+\.ts$)/.test(target));
  expect(others.sort()).toEqual([
    'src/io/files.ts',
    'src/io/guard/links.ts',
    'src/io/guard/processes.ts',
    'src/io/guard/reasons.ts',
    'src/io/temporary.ts',
    'src/screen/mode.ts',
    'src/screen/words.ts',
    'src/settings/closest.ts',
  ]);
});

describe('the checker itself sees', () => {
  test.each([
    ['src/bundle/bundle.ts', "import { readFile } from 'node:fs/promises';", 'settings, machines and bundle are pure'],
    [
      'src/bundle/bundle.ts',
      "import type { Docker } from '../io/docker.ts';",
      'settings, machines and bundle are pure',
    ],
    ['src/settings/schema.ts', "import {\n  a,\n  b,\n} from './load.ts';", 'settings, machines and bundle are pure'],
    ['src/machines/table.ts', "const x = await import('execa');", 'settings, machines and bundle are pure'],
    ['src/errors.ts', "export * from './io/files.ts';", 'settings, machines and bundle are pure'],
    [
      'src/project/a.ts',
      "import 'execa';",
      'files, programs, engine, network and terminal are reached through io/ alone',
    ],
    [
      'src/project/a.ts',
      "import { readFile } from 'node:fs/promises';",
      'files, programs, engine, network and terminal are reached through io/ alone',
    ],
    [
      'src/replica/down.ts',
      "import { readText } from '../io/files.ts';",
      'the replica takes its effects as one argument',
    ],
    [
      'src/replica/up/up.ts',
      "import { compose } from '../../io/compose.ts';",
      'the verbs take docker and compose as arguments',
    ],
    ['src/screen/plain.ts', "import type { Context } from '../project/context.ts';", 'screens know events only'],
    ['src/screen/plain.ts', "import { readFile } from 'node:fs/promises';", 'screens know events only'],
    ['src/replica/up/up.ts', "import { Spinner } from '@inkjs/ui';", '@inkjs/ui stays in wizard and screen'],
    ['src/doctor/doctor.ts', "import { Command } from 'commander';", 'commander stays with the commands'],
  ])('%s: %s', (file, text, name) => {
    expect(rules.filter((rule) => breaches(rule, file, text).length > 0).map((rule) => rule.name)).toContain(name);
  });

  test.each([
    ['src/replica/up/up.ts', "import type { Compose } from '../../io/compose.ts';"],
    ['src/bundle/bundle.ts', "// import 'execa';\n/* import 'ink'; */\nimport { z } from 'zod';"],
    ['src/screen/live.tsx', "import { Box } from 'ink';\nimport type { Event } from '../events.ts';"],
  ])('no harm in %s: %s', (file, text) => {
    expect(rules.flatMap((rule) => breaches(rule, file, text))).toEqual([]);
  });

  // The three ties of 0.1.0, and the one that must never be.
  test.each([
    ['src/host/ca-bundle.ts', "import type { Host } from '../doctor/host.ts';"],
    ['src/images/base-image.ts', "import type { Host } from '../doctor/check.ts';"],
    ['src/project/context.ts', "import { composeFiles } from '../replica/compose-files.ts';"],
    ['src/replica/disk.ts', "import { oldPackages } from '../cloud/packages.ts';"],
    ['src/cloud/promote.ts', "import type { Report } from '../replica/report.ts';"],
    ['src/replica/up/up.ts', "import { show } from '../../screen/../commands/show.ts';"],
    ['src/wizard/run.tsx', "const { run } = await import('../commands/program.ts');"],
  ])('an import that does not go down: %s: %s', (file, text) => {
    expect(upwards(file, text)).toHaveLength(1);
  });

  test('each import of a real file', () => {
    const file = 'src/commands/start/init.ts';
    const found = importsOf(file, sources.get(file) ?? '').map(({ target }) => target);
    expect(found).toEqual(
      expect.arrayContaining(['node:path', 'src/errors.ts', 'src/commands/call.ts', 'src/settings/write.ts']),
    );
  });
});
