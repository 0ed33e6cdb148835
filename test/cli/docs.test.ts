/**
 * No page names a command, flag or setting that is not there; and what is cheap and changes nothing but a folder is run.
 * The rest of README's first commands: `npm start` and those on the sample are run by test/scenarios/first-hour.test.ts, `npm test` is what
 * runs this file; compose/README.md by test/scenarios/compose-alone.test.ts, cfn/README.md by test/emulator/readme.test.ts.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { type Command, commandNames, commandsOf, parseUsage, refusal, setsOf, type Table } from '../docs/commands.ts';
import { isMarkdown, parsePage, readPage, repositoryFiles } from '../docs/markdown.ts';
import { bootdev, emptyFolder } from './bootdev.ts';

const pages = repositoryFiles()
  .filter(isMarkdown)
  .map((file) => ({ file, commands: commandsOf(readPage(file)) }))
  .filter(({ commands }) => commands.length > 0);
const all = pages.flatMap(({ commands }) => commands);

let table: Table;
let names: string[];

beforeAll(async () => {
  const help = async (...args: string[]) => (await bootdev([...args, '--help'], 'test')).stdout;
  const program = await help();
  names = commandNames(program);
  const usages = names.map(async (name) => [name, parseUsage(await help(name))] as const);
  table = new Map([
    ...(await Promise.all(usages)),
    ['program', parseUsage(program)],
    ['help', { flags: new Map(), least: 0, most: 1 }],
  ]);
});

const refused = (commands: Command[]) =>
  commands.flatMap(({ words, line }) => {
    const why = refusal(words, table);
    return why ? [`line ${line}, bootdev ${words.join(' ')}: ${why}`] : [];
  });

test.each(pages)('$file', ({ commands }) => {
  expect(refused(commands)).toEqual([]);
});

test('every command is on the page of commands, with every flag of its own', () => {
  const { spans, code } = readPage('docs/commands.md');
  const written = [...spans, ...code].map(({ text }) => text).join('\n');
  const missing = names.flatMap((name) => {
    const own = [...(table.get(name)?.flags.keys() ?? [])].filter(
      (flag) => flag.startsWith('--') && flag !== '--help' && !table.get('program')?.flags.has(flag),
    );
    return [`bootdev ${name}`, ...own].filter((word) => !new RegExp(`${word}(?![\\w-])`).test(written));
  });
  expect(missing).toEqual([]);
});

test('every --set of a page is a setting with a value that it takes', async () => {
  const sets = [...new Set(all.flatMap(({ words }) => setsOf(words)))];
  expect(sets.length).toBeGreaterThan(2);
  const { code, stderr } = await bootdev(['config', ...sets.flatMap((set) => ['--set', set])], await emptyFolder());
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

/** Commands that need no Docker and touch nothing but the folder they are called in. */
const cheap = ({ words }: Command) =>
  words.some((word) => /^(?:--help|--version|config|bundle|init|help)$/.test(word)) &&
  !words.includes('exec') &&
  !words.some((word) => word === '-C' || word.startsWith('/')) &&
  (words.includes('--yes') || !words.includes('init')) &&
  (words.includes('--out') || !words.includes('bundle'));

const runnable = [...new Map(all.filter(cheap).map((command) => [command.words.join(' '), command])).values()];

test('there is something to run of each kind', () => {
  const first = new Set(runnable.map(({ words }) => words[0]));
  expect([...first]).toEqual(expect.arrayContaining(['--help', '--version', 'config', 'bundle', 'init', 'help']));
});

test.each(runnable.map(({ words }) => ({ command: words.join(' '), words })))('runs: $command', async ({ words }) => {
  expect(await bootdev(words, await emptyFolder())).toMatchObject({ code: 0 });
});

test('doctor ends with a verdict, whatever this computer has', async () => {
  const { stdout, stderr, code } = await bootdev(['doctor'], await emptyFolder());
  expect(`${stdout}${stderr}`).toMatch(/This machine has all that a replica needs|Not ready: /);
  expect(code === 0 || code === 1).toBe(true);
});

describe('the checker itself sees', () => {
  test('commands in text, in code, and none in the head of a screen', () => {
    const page = parsePage(
      [
        'Type `npx bootdev -C .sample status`, or `bootdev` alone; `bootdev.yaml` is none, nor is bootdev up.',
        '```',
        'BOOTDEV_SET_CACHE_TTL=3 bootdev up   # then look',
        'bootdev exec mysql mysqldump site > site.sql',
        "see it: bootdev logs lb --grep 'a b' | head; bootdev down [--volumes]",
        'bootdev up · shop · bundle 07f720eb',
        'bootdev-shop-1 · ready',
        'cost          254 $/month, without memcached: bootdev has no price for it',
        '```',
      ].join('\n'),
    );
    expect(commandsOf(page).map(({ words, line }) => [line, ...words])).toEqual([
      [1, '-C', '.sample', 'status'],
      [1],
      [3, 'up'],
      [4, 'exec', 'mysql', 'mysqldump', 'site'],
      [5, 'logs', 'lb', '--grep', 'a b'],
      [5, 'down', '--volumes'],
    ]);
  });

  test.each([
    ['upp', 'there is no command upp'],
    ['help upp', 'there is no command upp'],
    ['up --volumes', 'up has no flag --volumes'],
    ['--volumes', 'bootdev has no flag --volumes'],
    ['logs web-1 web-2', 'logs takes 1 arguments, not 2'],
    ['logs --tail', '--tail needs a value'],
    ['-C .sample exec', 'exec needs 1 arguments'],
  ])('bootdev %s', (command, why) => {
    expect(refusal(command.split(' '), table)).toBe(why);
  });

  test.each([
    '',
    'exec',
    'exec web-1 ls --wrong',
    '--json status --disk',
    'scale web=4 --env=test',
    'up --help',
    'help up',
  ])('no harm in: bootdev %s', (command) => {
    expect(refusal(command.split(' ').filter(Boolean), table)).toBeUndefined();
  });
});
