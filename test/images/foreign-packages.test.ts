/** Packages for instances are root's there: those that came with a clone are collected again. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sha256 } from '../../src/bundle/digest.ts';
import { collectPackages } from '../../src/images/packages.ts';
import { imageTags } from '../../src/images/tags.ts';
import { openProject } from '../../src/project/context.ts';

let home: string;
let dir: string;
let collections: string[];
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'bootdev-home-'));
  dir = join(home, 'clone');
  await mkdir(dir);
  await writeFile(
    join(dir, 'bootdev.yaml'),
    'site: { name: shop }\nsearch: { engine: none }\nfiles: { store: volume }\n',
  );
  vi.stubEnv('XDG_STATE_HOME', join(home, 'state'));
  collections = [];
});
afterEach(() => rm(home, { recursive: true, force: true }));

async function collect(content = 'ours') {
  const context = await openProject({ dir, signal: new AbortController().signal });
  const run = async (_: string, args: readonly string[]) => {
    const folder = args.find((arg) => arg.startsWith('type=local'))?.split('dest=')[1] ?? '';
    expect(await readFile(args[args.indexOf('--file') + 1] ?? '', 'utf8')).toContain('collect');
    collections.push(folder);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'packages.manifest'), `${sha256(content)} debs/a.deb\n`);
    await writeFile(join(folder, 'packages.tar'), content);
    return { stdout: '', stderr: '', exitCode: 0 };
  };
  const collecting = collectPackages(
    { ...context, io: { ...context.io, run } },
    imageTags(context.settings, context.sources.docker, 'packages'),
  );
  for (;;) {
    const next = await collecting.next();
    if (next.done) return next.value;
  }
}

test('what this computer collected is not collected again', async () => {
  await collect();
  expect(collections).toHaveLength(2);
  await collect('of a later mirror');
  expect(collections).toHaveLength(2);
});

test.each<[string, (folder: string) => Promise<unknown>]>([
  ['another archive', (folder) => writeFile(join(folder, 'packages.tar'), 'evil')],
  ['another manifest', (folder) => writeFile(join(folder, 'packages.manifest'), `${sha256('evil')} debs/a.deb\n`)],
  ['no archive', (folder) => rm(join(folder, 'packages.tar'))],
])('%s: collected again, before it is taken', async (_, change) => {
  await collect();
  const web = collections[0] ?? '';
  await change(web);
  const packages = await collect();
  expect(collections.slice(2)).toEqual([web]);
  expect(Buffer.from((await packages.get('web')?.tar()) ?? '').toString()).toBe('ours');
});

test('an archive and a manifest that agree with each other, committed at a public name, are not taken', async () => {
  await collect();
  for (const folder of collections) {
    await writeFile(join(folder, 'packages.tar'), 'evil');
    await writeFile(join(folder, 'packages.manifest'), `${sha256('evil')} debs/a.deb\n`);
  }
  await rm(join(home, 'state'), { recursive: true });
  const packages = await collect();
  expect(packages.get('web')?.manifest).toContain(sha256('ours'));
});
