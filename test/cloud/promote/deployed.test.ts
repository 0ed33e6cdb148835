/** With code.git what is promoted is the release that `bootdev deploy` has made here: AWS never asks a git server. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { installProgram, replicaState, type Site, site, yes } from './site.ts';

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
  const admin = answerUpdates(here, { state: 'done', text: '-' });
  const { code, stderr } = await here.run(yes);
  expect(code, stderr).toBe(0);
  const stored = [...here.aws.s3.buckets.values()].flatMap((bucket) => [...bucket]);
  const [, manifest] = stored.find(([key]) => /^releases\/.*\.manifest$/.test(key)) ?? [];
  expect(manifest?.bytes.toString()).toMatch(/^0644 [0-9a-f]{64} web\/index\.php\n$/);
  const release = /releases\/([0-9a-f]{64})\.manifest/.exec(stored.map(([key]) => key).join())?.[1];
  expect(admin.heard).toEqual([`update ${release}`]);
});

test('the updates of its database: each promote asks, since one may have been stopped; what failed, and the way back', async () => {
  const here = await site(
    'site: { name: shop }\naws: { region: eu-west-1 }\ncode: { git: "https://git.example.org/shop.git", docroot: web }\n',
  );
  const id = '20261130-120000-1a2b3c4';
  await mkdir(join(here.dir, '.bootdev/local/releases', id, 'web'), { recursive: true });
  await writeFile(join(here.dir, '.bootdev/local/releases', id, 'web/index.php'), '<?php echo 1;');
  await replicaState(here.dir, { images: 'packages', deployed: id });
  const admin = answerUpdates(here, { state: 'done', text: '20261130T120000Z' });
  const first = await here.run(yes);
  expect([first.code, first.stderr]).toEqual([
    0,
    expect.stringContaining('Its database was updated; the backup of before is 20261130T120000Z.'),
  ]);
  expect(here.aws.calls.filter((call) => /invalidation/i.test(call))).not.toEqual([]);
  admin.answer = { state: 'failed', text: 'the table is full' };
  const second = await here.run(yes);
  expect([second.code, second.stderr]).toEqual([
    1,
    expect.stringMatching(/the table is full[\s\S]*bootdev deploy --rollback --to production/),
  ]);
  expect(admin.heard).toHaveLength(2);
});

/** An admin machine that hears what it is asked, and has one answer. */
function answerUpdates(here: Site, answer: { state: string; text: string }) {
  const admin = { heard: [] as string[], answer };
  const looking = setInterval(() => {
    for (const [bucket, objects] of here.aws.s3.buckets) {
      for (const [key, { bytes }] of [...objects].filter(([each]) => each.startsWith('requests/'))) {
        admin.heard.push(bytes.toString());
        objects.delete(key);
        here.aws.s3.put(bucket, `answers/${key.slice('requests/'.length)}.json`, JSON.stringify(admin.answer));
      }
    }
  }, 100);
  onTestFinished(() => clearInterval(looking));
  return admin;
}
