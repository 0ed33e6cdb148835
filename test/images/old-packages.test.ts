/** Archives of packages for instances are kept as long as a promote would take them. */
import { access, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { collectPackages, oldPackages } from '../../src/images/packages.ts';
import { imageTags } from '../../src/images/tags.ts';
import { openProject } from '../../src/project/context.ts';
import { prune } from '../../src/replica/disk.ts';

test('an archive of another image is old and goes; those of today stay', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'bootdev-packages-'));
  vi.stubEnv('XDG_STATE_HOME', join(dir, 'state'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  await writeFile(join(dir, 'bootdev.yaml'), 'site: { name: shop }\n');
  const context = await openProject({ dir, signal: new AbortController().signal });
  const tags = imageTags(context.settings, context.sources.docker, 'packages');
  const run = async (_: string, args: readonly string[]) => {
    await access(args[args.indexOf('--file') + 1] ?? ''); // docker build refuses a Dockerfile that is not there
    const folder = args.find((arg) => arg.startsWith('type=local'))?.split('dest=')[1] ?? '';
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'packages.manifest'), 'x');
    await writeFile(join(folder, 'packages.tar'), 'y');
    return { stdout: '', stderr: '', exitCode: 0 };
  };
  for await (const _ of collectPackages({ ...context, io: { ...context.io, run } }, tags));
  expect(await oldPackages(context, tags)).toEqual([]);

  const before = await readdir(context.paths.packages);
  const other = join(context.paths.packages, 'web-0123456789ab-01234567');
  await mkdir(join(other, 'debs'), { recursive: true });
  await writeFile(join(other, 'debs', 'a.deb'), '12345');
  const old = await oldPackages(context, tags);
  expect(old).toEqual([{ name: 'web-0123456789ab-01234567', bytes: 5 }]);

  const said = [];
  for await (const event of prune(context, { old: [], oldPackages: old })) said.push(event);
  expect(said.at(-1)).toEqual({ type: 'done', text: '1 deleted.' });
  expect(await readdir(context.paths.packages)).toEqual(before);
});
