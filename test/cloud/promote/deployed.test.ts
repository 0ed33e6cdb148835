/** With code.git what is promoted is the release that `bootdev deploy` has made here: AWS never asks a git server. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { installProgram, replicaState, site, yes } from './site.ts';

installProgram();

test('nothing deployed: nothing to promote; then that release, by its digest', async () => {
  const git = 'git@git.example.org:agency/shop.git';
  const here = await site(`site: { name: shop }\naws: { region: eu-west-1 }\ncode: { git: "${git}", docroot: web }\n`);
  const before = await here.run(yes);
  expect([before.code, before.stderr]).toEqual([
    1,
    expect.stringMatching(/Nothing of code\.git is deployed yet\.[\s\S]*bootdev deploy/),
  ]);
  expect(here.aws.calls.filter((call) => /ChangeSet|PUT/.test(call))).toEqual([]);

  const id = '20261130-120000-1a2b3c4';
  const folder = join(here.dir, '.bootdev/local/releases', id, 'web');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'index.php'), '<?php echo 1;');
  await replicaState(here.dir, { images: 'packages', deployed: id });
  const { code, stderr } = await here.run(yes);
  expect(code, stderr).toBe(0);
  const stored = [...here.aws.s3.buckets.values()].flatMap((bucket) => [...bucket]);
  const [, manifest] = stored.find(([key]) => /^releases\/.*\.manifest$/.test(key)) ?? [];
  expect(manifest?.bytes.toString()).toMatch(/^0644 [0-9a-f]{64} web\/index\.php\n$/);
});
