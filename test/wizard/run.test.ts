import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { loadSettings } from '../../src/settings/load.ts';
import { completeSettings } from '../../src/settings/schema.ts';
import { runWizard } from '../../src/wizard/run.tsx';
import { fakeStreams, keys, settled } from '../screen/terminal.tsx';

let parent: string;
let dir: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'bootdev-wizard-'));
  dir = join(parent, 'My Shop');
  await mkdir(dir);
});
afterEach(() => rm(parent, { recursive: true, force: true }));

/** The wizard on a fake terminal, ready for keys. */
async function start(signal = new AbortController().signal) {
  const streams = fakeStreams(true);
  const result = runWizard({ dir, signal, ...streams.asProcess });
  result.catch(() => undefined); // awaited later
  await vi.waitFor(() => expect(streams.stdin.isRaw).toBe(true), { timeout: 10_000 });
  const press = async (key: string) => {
    await settled();
    streams.stdin.type(key);
    await settled();
  };
  return { ...streams, result, press };
}

const isShown = (written: string) => written.lastIndexOf('\u001b[?25h') > written.lastIndexOf('\u001b[?25l');

test('Enter alone writes a valid file, named after the folder', async () => {
  const { result, press, stdin, stdout, stderr } = await start();
  for (let step = 0; step < 7; step++) await press(keys.enter);
  expect(await result).toBe('written');
  const { settings } = await loadSettings({ dir, environment: { XDG_CONFIG_HOME: dir } });
  expect(settings).toEqual(completeSettings({ site: { name: 'my-shop' } }));
  expect(await readFile(join(dir, 'bootdev.yaml'), 'utf8')).toContain('name: my-shop');
  expect(stderr.written).toBe('Wrote bootdev.yaml\n');
  expect([stdin.isRaw, isShown(stdout.written)]).toEqual([false, true]);
});

test.each([0, 1, 2, 3, 4, 5, 6])(
  'Ctrl-C after %i steps leaves one line, no file and a sane terminal',
  async (steps) => {
    const { result, press, stdin, stdout, stderr } = await start();
    for (let step = 0; step < steps; step++) await press(keys.enter);
    await press(keys.ctrlC);
    expect(await result).toBe('cancelled');
    expect(await readdir(dir)).toEqual([]);
    expect(stderr.written).toBe('Cancelled; nothing was written.\n');
    expect([stdin.isRaw, isShown(stdout.written)]).toEqual([false, true]);
  },
);

test('a signal interrupts it', async () => {
  const stop = new AbortController();
  const { result, stdin } = await start(stop.signal);
  stop.abort();
  await expect(result).rejects.toMatchObject({ code: 130, hint: 'nothing was written' });
  expect(await readdir(dir)).toEqual([]);
  expect(stdin.isRaw).toBe(false);
});

test('a file that cannot be written: the error comes after the screen is removed', async () => {
  await mkdir(join(dir, 'bootdev.yaml'));
  const { result, press, stdin } = await start();
  for (let step = 0; step < 7; step++) await press(keys.enter);
  await expect(result).rejects.toThrow('bootdev.yaml cannot be written');
  expect(stdin.isRaw).toBe(false);
});

test('Enter alone takes the database that the application runs on, and what cannot be met is said', async () => {
  await mkdir(join(dir, 'includes'), { recursive: true });
  await writeFile(join(dir, 'includes/bootstrap.inc'), "<?php define('VERSION', '7.105');");
  await mkdir(join(dir, '.ddev'));
  await writeFile(join(dir, '.ddev/config.yaml'), 'type: drupal7\nphp_version: "7.4"\n');
  const { result, press, stderr } = await start();
  for (let step = 0; step < 7; step++) await press(keys.enter);
  expect(await result).toBe('written');
  const { settings } = await loadSettings({ dir, environment: { XDG_CONFIG_HOME: dir } });
  expect(settings).toMatchObject({ application: 'drupal7', database: { engine: 'mariadb' } });
  expect(stderr.written).toMatch(/^PHP 7\.4 \(\.ddev\/config\.yaml\): .*\n {2}→ .*\nWrote bootdev\.yaml\n$/);
});

test('in a folder with an application, Enter alone takes it with its docroot', async () => {
  await mkdir(join(dir, 'web/core/lib'), { recursive: true });
  await writeFile(join(dir, 'web/core/lib/Drupal.php'), "<?php class Drupal { const VERSION = '11.1.0'; }");
  const { result, press } = await start();
  for (let step = 0; step < 7; step++) await press(keys.enter);
  expect(await result).toBe('written');
  const { settings } = await loadSettings({ dir, environment: { XDG_CONFIG_HOME: dir } });
  expect(settings).toMatchObject({ application: 'drupal', code: { path: '.', docroot: 'web' } });
});
