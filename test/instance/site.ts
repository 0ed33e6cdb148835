/** A site as promote would upload it: bundles, packages, release and boot program, each under its digest. */

import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { makeBundle } from '../../src/bundle/bundle.ts';
import { sha256 } from '../../src/bundle/digest.ts';
import { bootProgram } from '../../src/cloud/plan/boot-program.ts';
import { thisHost } from '../../src/host/host.ts';
import { collectPackages } from '../../src/images/packages.ts';
import { imageTags } from '../../src/images/tags.ts';
import { packageRoot } from '../../src/io/environment/package.ts';
import { makeIo } from '../../src/io/io.ts';
import { type Kind, machines } from '../../src/machines/table.ts';
import { paths } from '../../src/project/paths.ts';
import { releaseEntries } from '../../src/project/release/contents.ts';
import { readRelease } from '../../src/project/release.ts';
import { readSources } from '../../src/project/sources.ts';
import { completeSettings, type Settings, type SettingsInput } from '../../src/settings/schema.ts';
import { imageOf } from '../scenarios/images.ts';
import { tarGz } from './instances.ts';

export type Site = Awaited<ReturnType<typeof newSite>>;

/** `authorities`: takes the place of RDS's in the packages, for a database of the test. */
export async function newSite(input: SettingsInput, { authorities }: { authorities?: string } = {}) {
  const settings = completeSettings(input);
  const sources = await readSources(packageRoot);
  const { bundle, release, objects } = await siteFiles(packageRoot, settings, sources.docker);
  const boot = bootProgram(sources.docker);

  const tags = ['packages', 'registry'].map((from) => imageTags(settings, sources.docker, from as 'packages'));
  const web = await imageOf('web');
  const deps = {
    ...{ settings, sources, io: makeIo(), host: await thisHost(), signal: new AbortController().signal },
    ...{ materialised: packageRoot, paths: paths(resolve('.'), 'test') },
  };
  const found = tags.find((each) => web?.endsWith(`:${each.get('web')}`));
  if (!found) throw new Error('the image bootdev/web was not made');
  const collecting = collectPackages(deps, found);
  let step = await collecting.next();
  while (!step.done) step = await collecting.next();
  const packages = new Map<Kind, { digest: string; manifest: string; tar: Uint8Array }>();
  for (const [kind, { digest, manifest, tar }] of step.value) {
    const bytes = await tar();
    const own = authorities && manifest.includes(' db-ca.pem');
    packages.set(kind, own ? await withAuthorities(bytes, authorities) : { digest, manifest, tar: bytes });
  }

  objects[`boot/${sha256(boot)}`] = boot;
  for (const files of packages.values()) {
    objects[`packages/${files.digest}.tar`] = Buffer.from(files.tar);
    objects[`packages/${files.digest}.manifest`] = Buffer.from(files.manifest);
  }

  const digest = (kind: Kind) => bundle.machines.get(kind)?.digest ?? '';
  return {
    bootDigest: sha256(boot),
    release,
    objects,
    packages,
    digest,
    /** What of it the stacks are told. */
    parameters: {
      ...{ BootDigest: sha256(boot), Release: release.digest },
      ...Object.fromEntries(
        machines.flatMap(({ kind, instance }) =>
          instance
            ? [
                [`${instance.word}Bundle`, digest(kind)],
                [`${instance.word}Packages`, packages.get(kind)?.digest ?? ''],
              ]
            : [],
        ),
      ),
    },
  };
}

/** What of a site is not its packages: bundles of instances and release, as objects of the bucket. `folder`: of its bootdev.yaml. */
export async function siteFiles(folder: string, settings: Settings, docker: ReadonlyMap<string, Buffer>) {
  const bundle = makeBundle(settings, docker);
  const release = await readRelease(folder, settings, docker);
  const objects: Record<string, Buffer> = {
    [`releases/${release.digest}.tar.gz`]: await tarGz(releaseEntries(release)),
    [`releases/${release.digest}.manifest`]: Buffer.concat(release.manifest),
  };
  const kinds = new Set(machines.filter(({ instance }) => instance).map(({ kind }) => kind));
  for (const { kind, digest, manifest, tree } of bundle.machines.values()) {
    if (!kinds.has(kind)) continue;
    objects[`bundles/${digest}.tar.gz`] = await tarGz([...tree].map(([path, file]) => ({ path, ...file })));
    objects[`bundles/${digest}.manifest`] = Buffer.from(manifest);
  }
  return { bundle, release, objects };
}

async function withAuthorities(tar: Uint8Array, authorities: string) {
  const folder = await mkdtemp(join(tmpdir(), 'bootdev-packages-'));
  const shell = (command: string, input: Uint8Array = new Uint8Array()) =>
    execFileSync('bash', ['--norc', '-c', command], {
      cwd: folder,
      input,
      maxBuffer: 2 ** 30,
      env: { LC_ALL: 'C', PATH: process.env.PATH },
    });
  try {
    shell('tar -xf -', tar);
    await writeFile(join(folder, 'db-ca.pem'), authorities);
    const manifest = shell("find . -type f -printf '%P\\0' | sort -z | xargs -0 sha256sum | sed 's/  / /'").toString();
    return { digest: sha256(manifest), manifest, tar: new Uint8Array(shell('tar -cf - *')) };
  } finally {
    await rm(folder, { recursive: true });
  }
}
