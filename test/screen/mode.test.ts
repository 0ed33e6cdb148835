import { expect, test } from 'vitest';
import { chooseCapabilities, chooseMode, type Environment, isInteractive } from '../../src/screen/mode.ts';

const terminal = { isTTY: true };
const pipe = { isTTY: false };

test.each<[string, Environment, string]>([
  ['a terminal', {}, 'ink'],
  ['a dumb terminal', { TERM: 'dumb' }, 'plain'],
  ['a CI with a terminal', { CI: 'true' }, 'plain'],
  ['CI said not to be one', { CI: 'false' }, 'ink'],
  ['CI set to nothing: Ink takes it for one', { CI: '' }, 'plain'],
  ['the other name of a CI', { CONTINUOUS_INTEGRATION: '' }, 'plain'],
  ['asked for lines', { BOOTDEV_NO_TUI: '1' }, 'plain'],
  ['a screen reader', { INK_SCREEN_READER: 'true' }, 'plain'],
])('%s', (_, env, mode) => {
  expect(chooseMode({ stdin: terminal, stdout: terminal, env })).toBe(mode);
});

test('both ends must be a terminal; --json is JSON anywhere', () => {
  expect(chooseMode({ stdin: pipe, stdout: terminal, env: {} })).toBe('plain');
  expect(chooseMode({ stdin: terminal, stdout: pipe, env: {} })).toBe('plain');
  expect(chooseMode({ stdin: terminal, stdout: terminal, env: {}, json: true })).toBe('json');
});

test.each<[string, Environment, boolean]>([
  ['a terminal', {}, true],
  ['a dumb terminal', { TERM: 'dumb' }, false],
  ['a CI with a terminal', { CI: 'true' }, false],
  ['CI said not to be one', { CI: 'false', CONTINUOUS_INTEGRATION: '0' }, true],
  ['CI set to nothing: nothing is drawn, a line can be asked', { CI: '' }, true],
  ['the other name of a CI', { CONTINUOUS_INTEGRATION: '1' }, false],
  ['asked for lines', { BOOTDEV_NO_TUI: '1' }, true],
  ['a screen reader', { INK_SCREEN_READER: 'true' }, true],
])('questions: %s', (_, env, interactive) => {
  expect(isInteractive({ stdin: terminal, stdout: terminal, env })).toBe(interactive);
});

test('nobody is asked through a pipe, or in JSON', () => {
  expect(isInteractive({ stdin: pipe, stdout: terminal, env: {} })).toBe(false);
  expect(isInteractive({ stdin: terminal, stdout: pipe, env: {} })).toBe(false);
  expect(isInteractive({ stdin: terminal, stdout: terminal, env: {}, json: true })).toBe(false);
});

test.each<[{ isTTY: boolean }, Environment, boolean]>([
  [terminal, {}, true],
  [pipe, {}, false],
  [terminal, { NO_COLOR: '1' }, false],
  [terminal, { NO_COLOR: '' }, true],
  [terminal, { CLICOLOR: '0' }, false],
  [pipe, { CLICOLOR: '1' }, false],
  [pipe, { CLICOLOR_FORCE: '1' }, true],
  [pipe, { CLICOLOR_FORCE: '0' }, false],
  [pipe, { CLICOLOR_FORCE: '1', NO_COLOR: '1' }, false],
  [terminal, { TERM: 'dumb' }, false],
])('colour on %j with %j: %s', (stream, env, colour) => {
  expect(chooseCapabilities(stream, env).colour).toBe(colour);
});

test.each<[Environment, boolean]>([
  [{ LANG: 'de_DE.UTF-8' }, false],
  [{ LANG: 'de_DE.UTF-8', LC_ALL: 'C' }, true],
  [{ LC_CTYPE: 'UTF-8' }, false],
  [{ LANG: 'C' }, true],
  [{}, true],
  [{ LANG: 'C.utf8', TERM: 'linux' }, true],
])('only ASCII with %j: %s', (env, ascii) => {
  expect(chooseCapabilities(terminal, env).ascii).toBe(ascii);
});
