/** What images really consist of: asked of themselves, with the sha256 of each .deb from Debian's indexes or the builds' cache. */
import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import { ownBuilder } from '../../io/environment/own-builder.ts';
import { readFolder, removeFolder, writeFolder } from '../../io/folder.ts';
import type { Io } from '../../io/io.ts';
import { temporaryFolder } from '../../io/temporary.ts';
import type { Context } from '../../project/context.ts';
import { step } from '../../steps.ts';
import type { Found } from './closure.ts';
import type { Architecture, Locked } from './lock.ts';

export type Deps = Pick<Context, 'materialised' | 'signal'> & { io: Pick<Io, 'files' | 'run'> };

/** `images`: name → tag with its repository, each after the one it is made from. The base is among the tags, since it has the tools. */
export const recordImages = (
  deps: Deps,
  images: ReadonlyMap<string, string>,
  { base, architecture }: { base: string; architecture: Architecture },
): AsyncGenerator<Event, Found> =>
  step({ id: 'lock', text: `packages of ${[...images.keys()].join(', ')} for bootdev.lock` }, async () => {
    const lists = await askImages(deps, images, { base, program: 'list', together: 'sums' });
    return new Map([...lists].flatMap(([image, text]) => [...foundIn(image, text, architecture)]));
  });

interface Question {
  base: string;
  /** Of docker/lock/: runs in each image; what it says is one file of `together`'s, which runs in the base with the builds' caches. */
  program: string;
  together: string;
  /** Other than before: the answer may be another one. */
  now?: string;
}

/** Runs docker/lock/<program> in every image; returns what comes out by image, with the sums of the packages. Throws UserError. */
export async function askImages(
  deps: Deps,
  images: ReadonlyMap<string, string>,
  { base, program, together, now }: Question,
): Promise<Map<string, string>> {
  const { io, materialised } = deps;
  const folder = await temporaryFolder('bootdev-lock');
  const scripts = '--mount=type=bind,source=lock,target=/docker/lock';
  const caches = ['/var/cache/apt', '/var/lib/apt/lists'].map((at) => `--mount=type=cache,target=${at},sharing=locked`);
  const names = [...images.keys()];
  try {
    const programs = await readFolder(join(materialised, 'docker/lock'));
    await writeFolder(
      join(folder, 'lock'),
      [...programs].map(([path, bytes]) => ({ path, bytes, mode: '644' })),
    );
    const lists = [
      ...[...images].flatMap(([name, tag]) => [
        `FROM ${tag} AS image-${name}`,
        `RUN ${[scripts, ...(now ? caches : [])].join(' ')} NOW=${now ?? ''} bash /docker/lock/${program} >/list`,
      ]),
      'FROM scratch',
      ...names.map((name) => `COPY --from=image-${name} /list /${name}`),
    ];
    // Who asks no mirror has no network: the engine (20.10) waited for itself for ever where ten steps left theirs at once.
    await buildInto(deps, { folder, lines: lists, out: 'lists', network: now ? 'default' : 'none' });
    const sums = [
      `FROM ${base} AS all`,
      'COPY lists /lists',
      `RUN ${[scripts, ...caches].join(' ')} bash /docker/lock/${together}`,
      'FROM scratch',
      'COPY --from=all /out /',
    ];
    await buildInto(deps, { folder, lines: sums, out: 'out', network: 'default' });
    const texts = names.map(
      async (name) => [name, (await io.files.readText(join(folder, 'out', name))) ?? ''] as const,
    );
    return new Map(await Promise.all(texts));
  } finally {
    await removeFolder(folder);
  }
}

interface Build {
  /** Its context, which gets what is made as `out`. */
  folder: string;
  /** Of its Dockerfile. */
  lines: readonly string[];
  out: string;
  network: 'default' | 'none';
}

async function buildInto({ io, signal }: Deps, { folder, lines, out, network }: Build): Promise<void> {
  const builder = await ownBuilder();
  try {
    const output = ['--output', `type=local,dest=${join(folder, out)}`];
    const args = ['build', '--file', '-', '--network', network, ...output, folder];
    const input = `${lines.join('\n')}\n`;
    const { exitCode, stderr } = await io.run('docker', args, { signal, env: builder.env, input });
    if (exitCode === 0) return;
    const words = stderr.trim().split('\n').slice(-8).join('\n  ');
    throw new UserError(`The images could not be asked for their packages.\n  ${words}`, { hint: 'bootdev doctor' });
  } finally {
    await builder.remove();
  }
}

/** Of a text `deb|build|tree NAME VERSION SHA256`: the image's rows, and those of its tree's build. Throws UserError. */
export function foundIn(
  image: string,
  text: string,
  architecture: Architecture,
): Map<string, Omit<Locked, 'images'>[]> {
  const rows = new Map<string, Omit<Locked, 'images'>[]>([[image, []]]);
  if (!text.startsWith('deb ')) throw new Error(`no packages were found in the image ${image}`);
  for (const line of text.split('\n').filter(Boolean)) {
    const [what, name = '', version = '', sum = ''] = line.split(' ');
    const owner = what === 'build' ? `${image}-build` : image;
    if (sum === '-' && image !== 'debian' && image !== 'base') throw gone(image, `${name} ${version}`);
    rows.set(owner, [...(rows.get(owner) ?? []), { architecture, name, version, sha256: sum }]);
  }
  return rows;
}

const gone = (image: string, which: string) =>
  new UserError(`The image ${image} has ${which}, which no mirror has any more: nobody could make it again.`, {
    hint: 'bootdev upgrade',
  });
