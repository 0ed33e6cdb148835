/** Real applications as they come have nothing to find: what the site itself brings is looked at, and it is safe. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { debianWordPress } from '../docker/wordpress/site.ts';
import { bootdev, emptyFolder } from './bootdev.ts';

interface Checked {
  looked: { parts: number; files: number };
  parts: unknown[];
}

async function check(dir: string): Promise<Checked> {
  const { stdout } = await bootdev(['check', '--cluster', '--json'], dir, { XDG_CONFIG_HOME: '/nowhere' });
  return JSON.parse(stdout.split('\n').at(-1) ?? '').check;
}

test("Debian's WordPress, with its theme and its plugin", { timeout: 300_000 }, async (context) => {
  const dir = join(await emptyFolder(), 'code');
  const missing = await debianWordPress(dir);
  if (missing) return context.skip(missing);
  const { looked, parts } = await check(dir);
  expect(parts).toEqual([]);
  expect(looked.files).toBeGreaterThan(10);
});

for (const variable of [
  'BOOTDEV_TREE_DRUPAL10',
  'BOOTDEV_TREE_DRUPAL11',
  'BOOTDEV_TREE_DRUPAL7',
  'BOOTDEV_TREE_BACKDROP',
]) {
  test(`the tree of ${variable}`, { timeout: 60_000 }, async (context) => {
    const dir = process.env[variable];
    if (!dir) return context.skip(`${variable} names no folder`);
    expect((await check(dir)).parts).toEqual([]);
  });
}
