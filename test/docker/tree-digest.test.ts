/** The one shell function of the digest: a change of it is felt by the loader and by a machine (by an instance: test/instance/boot.test.ts). */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Bundle, makeBundle } from '../../src/bundle/bundle.ts';
import { treeFile } from '../../src/bundle/files.ts';
import { makeTar } from '../../src/bundle/tar.ts';
import { imageTags } from '../../src/images/tags.ts';
import { readFolder, writeFolder } from '../../src/io/folder.ts';
import { configurationEntries } from '../../src/replica/up/loader.ts';
import { completeSettings } from '../../src/settings/schema.ts';
import { imageOf } from '../scenarios/images.ts';
import { docker, eventually } from '../scenarios/replica.ts';
import { withChangedDigest } from './changed-digest.ts';

const asItIs = await readFolder('docker');
const changed = withChangedDigest(asItIs);
const settings = completeSettings();
const bundleOf = (sources: Map<string, Buffer>) => makeBundle(settings, sources);

let changedLoader = '';
const containers: string[] = [];
const volumes: string[] = [];

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bootdev-digest-'));
  const context = join(folder, 'docker');
  await writeFolder(
    context,
    [...changed].map(([path, bytes]) => ({ path, ...treeFile(bytes) })),
  );
  const base = await imageOf('base');
  const build = ['build', '--quiet', '--file', `${context}/loader/Dockerfile`, '--build-arg', `BASE=${base}`, context];
  changedLoader = (await execa('docker', build, { env: { DOCKER_BUILDKIT: '1' } })).stdout;
  await rm(folder, { recursive: true });
});
afterAll(async () => {
  for (const id of containers) await docker('rm', '--force', '--volumes', id);
  if (volumes.length > 0) await docker('volume', 'rm', ...volumes);
  if (changedLoader) await docker('image', 'rm', changedLoader);
});

/** What a loader says to a bundle, and the volume that it has filled. */
async function load(image: string, bundle: Bundle) {
  const volume = await docker('volume', 'create');
  volumes.push(volume);
  const configuration = { bundle, targets: new Map([['mail' as const, '']]), names: ['site.localhost'], desired: true };
  const input = makeTar(configurationEntries(configuration));
  const others = ['/code', '/secrets/app', '/secrets/db', '/secrets/lb', '/ca'].flatMap((path) => ['--tmpfs', path]);
  const options = ['--rm', '--interactive', '--network', 'none', '--volume', `${volume}:/bundle`, ...others];
  const { exitCode, stderr } = await execa('docker', ['run', ...options, image], { input, reject: false });
  return { volume, exitCode, stderr };
}

/** The report of a mail machine that has started from that volume. */
async function report(volume: string) {
  const capabilities = ['SETUID', 'SETGID', 'CHOWN', 'KILL'].flatMap((name) => ['--cap-add', name]);
  const image = (await imageOf('mail')) ?? '';
  const options = ['--detach', '--cap-drop', 'ALL', ...capabilities, '--network', 'none', '--env', 'BOOTDEV_KIND=mail'];
  const id = await docker(
    'run',
    ...options,
    '--env',
    'BOOTDEV_MACHINE=mail',
    '--volume',
    `${volume}:/bundle:ro`,
    image,
  );
  containers.push(id);
  const machine = ['docker', 'exec', id, '/etc/bootdev/current/bin/machine', 'report'] as const;
  const [program, ...args] = machine;
  const { stdout } = await eventually(
    20_000,
    () => execa(program, args, { reject: false }),
    ({ exitCode }) => exitCode === 0,
  );
  return JSON.parse(stdout) as { digest: string; differs: { path: string }[] };
}

test('a loader as it is takes a bundle, one with another function refuses it', async () => {
  const loader = (await imageOf('loader')) ?? '';
  expect(await load(loader, bundleOf(asItIs))).toMatchObject({ exitCode: 0 });
  const { exitCode, stderr } = await load(changedLoader, bundleOf(asItIs));
  expect({ exitCode, stderr }).toEqual({
    exitCode: 65,
    stderr: expect.stringMatching(/^loader: [0-9a-f]{64} arrived damaged$/),
  });
});

test('a machine reports by the function of its own bundle', async () => {
  const loader = (await imageOf('loader')) ?? '';
  const digestOf = (bundle: Bundle) => bundle.machines.get('mail')?.digest;
  const [before, after] = [bundleOf(asItIs), bundleOf(changed)];
  expect(digestOf(after)).not.toBe(digestOf(before));
  const reports = [];
  for (const bundle of [before, after]) reports.push(await report((await load(loader, bundle)).volume));
  expect(reports[0]).toMatchObject({ digest: digestOf(before), differs: [] });
  expect(reports[1]?.digest).not.toBe(digestOf(after));
  const paths = [...(after.machines.get('mail')?.tree.keys() ?? [])].sort();
  expect(reports[1]?.differs.map(({ path }) => path)).toEqual(paths);
});

test('another function means another loader image, and the same base', () => {
  const [before, after] = [asItIs, changed].map((sources) => imageTags(settings, sources, 'packages'));
  const names = [...(before?.keys() ?? [])].filter((name) => before?.get(name) !== after?.get(name));
  expect(names).toEqual(['loader']);
});
