import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Call } from '../../src/commands/call.ts';
import { type ConfirmFlags, confirm, requireAnswer } from '../../src/commands/confirm.ts';
import { withFlags } from '../../src/commands/usage.ts';

function callOf(line: string, flags: ConfirmFlags = {}, json = false): Call<ConfirmFlags> {
  const common = { projectDir: '.', set: [], json };
  const { signal } = new AbortController();
  return { line: line.split(' '), args: [], flags: { ...common, ...flags }, signal, say: (said) => said };
}

/** A terminal at both ends, and no CI: somebody could be asked. */
function atTerminal(): void {
  for (const name of ['CI', 'CONTINUOUS_INTEGRATION']) vi.stubEnv(name, undefined);
  vi.stubEnv('TERM', 'xterm');
  for (const stream of [process.stdin, process.stdout]) {
    const before = stream.isTTY;
    stream.isTTY = true;
    onTestFinished(() => {
      stream.isTTY = before;
    });
  }
}

afterEach(() => vi.unstubAllEnvs());

const named = { text: 'Type shop to delete it:', name: 'shop', loss: 'It cannot be undone.' };

describe('without a terminal', () => {
  test('--yes answers', async () => {
    await expect(confirm(callOf('prune --yes', { yes: true }), { text: 'Delete?' })).resolves.toBeUndefined();
    expect(() => requireAnswer(callOf('prune --yes', { yes: true }))).not.toThrow();
  });

  test('without it: what to type', async () => {
    await expect(confirm(callOf('--env staging prune'), { text: 'Delete?' })).rejects.toMatchObject({
      ...{ code: 2, message: '--yes is required when not running interactively.' },
      hint: 'bootdev --env staging prune --yes',
    });
    await expect(confirm(callOf('destroy'), named)).rejects.toMatchObject({
      hint: 'bootdev destroy --yes --confirm shop',
    });
  });

  test('what cannot be undone takes the name beside --yes', async () => {
    const refused = { code: 2, message: named.loss, hint: 'bootdev destroy --yes --confirm shop' };
    await expect(confirm(callOf('destroy --yes', { yes: true }), named)).rejects.toMatchObject(refused);
    const wrong = callOf('destroy --yes --confirm sh', { yes: true, confirm: 'sh' });
    await expect(confirm(wrong, named)).rejects.toMatchObject(refused);
    await expect(confirm(callOf('', { yes: true, confirm: 'shop' }), named)).resolves.toBeUndefined();
  });

  test('--confirm alone is not a yes', async () => {
    await expect(confirm(callOf('destroy --confirm shop', { confirm: 'shop' }), named)).rejects.toMatchObject({
      hint: 'bootdev destroy --yes --confirm shop',
    });
  });
});

describe('at a terminal', () => {
  test('a yes goes on, a no is said in the words of the command', async () => {
    atTerminal();
    const call = callOf('promote');
    await expect(confirm(call, { text: '', ask: async () => true })).resolves.toBeUndefined();
    const no = async () => false;
    await expect(confirm(call, { text: '', ask: no })).rejects.toMatchObject({
      ...{ code: 2, message: 'Nothing was changed.', hint: undefined },
    });
    await expect(confirm(call, { text: '', ask: no, declined: 'It stays.' })).rejects.toThrow('It stays.');
  });

  test('in JSON nobody is asked: a program reads it', async () => {
    atTerminal();
    const ask = vi.fn(async () => true);
    await expect(confirm(callOf('prune --json', {}, true), { text: '', ask })).rejects.toMatchObject({
      hint: 'bootdev prune --json --yes',
    });
    expect(ask).not.toHaveBeenCalled();
  });
});

test.each([
  ['destroy --confirm wrong -y', ['--yes'], 'bootdev destroy --yes'],
  ['destroy --confirm=wrong --part search', ['--yes'], 'bootdev destroy --part search --yes'],
])('the command line to type: %s', (line, flags, expected) => {
  expect(withFlags(line.split(' '), flags)).toBe(expected);
});

test('the command line to type: as a shell needs it', () => {
  expect(withFlags(['-C', "my shop's", 'prune', '--set', 'a=$b'], ['--yes'])).toBe(
    "bootdev -C 'my shop'\\''s' prune --set 'a=$b' --yes",
  );
});
