/** promote takes the packages that bootdev.lock says: the same on every computer, and old only with a word. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatLock, type Locked } from '../../../src/images/lock/lock.ts';
import { collected, installProgram, type Site, site } from './site.ts';

installProgram('cfn');

const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';
const images = ['debian', 'base', 'lb', 'web', 'admin', 'mysql', 'memcached', 's3', 'mail', 'solr', 'gluster'];

/** The lock as it came with a clone, and what this computer takes out of the images that it makes of it. */
async function clone({ dir, aws }: Site, { solr = '9.10-1', days = 0 } = {}): Promise<void> {
  const rows = images.map((name): Locked => {
    const version = name === 'solr' ? solr : '1.0-1';
    return { architecture, name, version, sha256: 'a'.repeat(64), images: [name] };
  });
  const written = new Date(Date.now() - days * 86_400_000).toISOString().replace(/[-:]|\.\d+/g, '');
  await writeFile(join(dir, 'bootdev.lock'), formatLock({ written: [written], rows }));
  await rm(join(dir, '.bootdev', 'packages'), { recursive: true, force: true });
  await collected(dir, aws);
}

const plan = async ({ run }: Site) => {
  const { stdout, stderr, code } = await run(['promote', '--unrehearsed', '--plan']);
  return { text: stdout + stderr, code };
};

test('another clone plans nothing; a renewed lock only the machines that it is about', async () => {
  const made = await site();
  await clone(made);
  expect((await made.run(['promote', '--unrehearsed', '--yes'])).code).toBe(0);
  await clone(made);
  expect((await plan(made)).text).toContain('Nothing to change: AWS is up to date.');
  await clone(made, { solr: '9.10-2' });
  const { text } = await plan(made);
  expect(text).toMatch(/^40 search\s+SearchPackages [0-9a-f]{8} → [0-9a-f]{8}/m);
  expect(text).toMatch(/^others\s+no change \(.*files.*web.*\)/m);
});

test('a lock of 30 days ago is a warning, one of 90 no beginning of a stack', async () => {
  const made = await site();
  await clone(made, { days: 31 });
  expect((await plan(made)).text).toContain('packages: the packages of bootdev.lock are of 31 days ago');
  await clone(made, { days: 91 });
  const { text, code } = await plan(made);
  expect(code).toBe(1);
  expect(text).toContain('are of 91 days ago: too old for machines that begin with them');
  expect(text).toContain('bootdev upgrade, then bootdev up');
});

test('a lock that is not whole ends it before AWS is asked', async () => {
  const made = await site();
  await clone(made);
  await writeFile(join(made.dir, 'bootdev.lock'), '<<<<<<< HEAD\n');
  const { text, code } = await plan(made);
  expect(code).toBe(1);
  expect(text).toContain('bootdev.lock has the marks of a merge that git could not finish');
  expect(text).toContain('git checkout --ours bootdev.lock');
});
