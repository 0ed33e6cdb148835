/** The archives of the images, on an instance whose own packages are newer or older: apt refuses nothing and removes nothing. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { arch, tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { found } from '../../scripts/prepare.mjs';
import { newSite, type Site } from './site.ts';

const folder = await mkdtemp(join(tmpdir(), 'bootdev-skew-'));
afterAll(() => rm(folder, { recursive: true }));
const reason = arch() !== 'x64' ? 'the status is of amd64' : ['apt-get', 'python3'].find((name) => !found(name));

let site: Site;
beforeAll(async () => {
  if (!reason) site = await newSite({ site: { name: 'shop' } });
});

/** Libraries that want the compiler's base of exactly their version; it changes next to never in a stable release. */
const known = /^gcc-14 (?:newer|older): /;

test.for(['web', 'admin', 'solr', 'gluster', 'arbiter'] as const)('%s', async (kind, context) => {
  if (reason) return context.skip(reason);
  const archive = join(folder, `${kind}.tar`);
  await writeFile(archive, site.packages.get(kind)?.tar ?? '');
  const { stdout } = await execa('python3', ['test/instance/ami/skew.py', 'test/instance/ami/status', archive]);
  expect(stdout.split('\n').filter((line) => line && !known.test(line))).toEqual([]);
});
