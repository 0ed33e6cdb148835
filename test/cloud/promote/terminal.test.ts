/** The same program in a real terminal: the plan waits for a key, the tree is drawn, Ctrl-C leaves. */
import { stripVTControlCharacters } from 'node:util';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { needs } from '../../needs.ts';
import { installProgram, type Site, site, yes } from './site.ts';

installProgram();

/** util-linux' script gives a pty; without it (macOS has another) there is nothing to run in. */
const hasPty = await execa('script', ['--version'], { reject: false }).then(({ stdout }) =>
  /util-linux/.test(stdout ?? ''),
);
needs(hasPty, "util-linux' script");

/** Types each answer when its cue appears. */
async function inTerminal(
  { command, aws }: Site,
  args: string[],
  dialogue: [cue: string, keys: string][],
  more: Record<string, string> = {},
) {
  // Also when a CI runs the tests.
  const outside = Object.entries(process.env).filter(([name]) => !/^(?:CI$|CI_|CONTINUOUS_INTEGRATION$)/.test(name));
  const env = {
    ...Object.fromEntries(outside),
    ...aws.env,
    ...command.env(args),
    TERM: 'xterm-256color',
    NO_COLOR: '1',
    COLUMNS: '100',
    LINES: '30',
    ...more,
  };
  const line = [
    'stty cols 100 rows 30;',
    ...[command.program, ...command.before, ...args].map((word) => `'${word}'`),
  ].join(' ');
  const child = execa('script', ['-qefc', line, '/dev/null'], {
    ...{ cwd: command.cwd, env, extendEnv: false, reject: false, buffer: false, timeout: 60_000 },
  });
  let seen = '';
  const left = [...dialogue];
  child.stdout.on('data', (chunk: Buffer) => {
    seen += stripVTControlCharacters(chunk.toString());
    const [next] = left;
    if (!next || !seen.includes(next[0])) return;
    left.shift();
    setTimeout(() => child.stdin.write(next[1]), 200); // Ink listens a moment after it has drawn
  });
  const { exitCode } = await child;
  return { seen, code: exitCode, left };
}

test('y: applied, with the tree and the address at the end', async () => {
  const here = await site();
  const { seen, code } = await inTerminal(here, ['promote', '--unrehearsed'], [['y apply', 'y']]);
  expect(code, seen).toBe(0);
  expect(seen).toMatch(/live in \d/);
  expect(seen).toContain(here.aws.url);
});

// Ink draws nothing before the end where CI is set, even to an empty value: the question must still be visible.
test('CI set to an empty value: asked in plain lines', async () => {
  const here = await site();
  const question: [string, string] = ['Apply this to shop-production? [y/N]', 'y\r'];
  const { seen, code } = await inTerminal(here, ['promote', '--unrehearsed'], [question], { CI: '' });
  expect(code, seen).toBe(0);
  expect(seen).toContain(here.aws.url);
});

test('n: the change sets and the empty stacks are deleted', async () => {
  const here = await site();
  const { seen, code } = await inTerminal(here, ['promote', '--unrehearsed'], [['y apply', 'n']]);
  expect(code).toBe(2);
  expect(seen).toContain('Nothing was changed; the change sets are removed.');
  expect(here.aws.cloudformation.stacks.every(({ status }) => status === 'DELETE_COMPLETE')).toBe(true);
});

test('a leftover: asked, then deleted', async () => {
  const here = await site();
  here.aws.script.fail.set('shop-production-data/DbParameters', 'no');
  await here.run(yes);
  here.aws.script.fail.clear();
  const { seen, code } = await inTerminal(
    here,
    ['promote', '--unrehearsed'],
    [
      ['Delete shop-production-data? [y/N]', 'y\r'],
      ['y apply', 'y'],
    ],
  );
  expect(code, seen).toBe(0);
  expect(here.aws.stack('shop-production-data').status).toBe('CREATE_COMPLETE');
});

test('Ctrl-C in the tree: it ends at once, and AWS continues', async () => {
  const here = await site();
  await here.run(yes);
  here.aws.script.hold.add('shop-production-web/WebGroup');
  const { seen, code } = await inTerminal(
    here,
    ['promote', '--unrehearsed', '--set', 'cache.ttl=33'],
    [
      ['y apply', 'y'],
      ['● WebGroup', '\u0003'],
    ],
  );
  expect(code).toBe(130);
  expect(seen).toContain('60 web continues in AWS');
  expect(here.aws.stack('shop-production-web').status).toBe('UPDATE_IN_PROGRESS');
});

test('destroy asks for the name', async () => {
  const here = await site();
  await here.run(yes);
  const wrong = await inTerminal(here, ['destroy'], [['Type shop-production', 'shop\r']]);
  expect(wrong.code).toBe(2);
  const right = await inTerminal(here, ['destroy'], [['Type shop-production', 'shop-production\r']]);
  expect(right.code, right.seen).toBe(0);
  expect(here.aws.cloudformation.stacks.every(({ status }) => status === 'DELETE_COMPLETE')).toBe(true);
});
