import { createHash } from 'node:crypto';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Output, Run } from '../../../src/io/command.ts';
import type { FakeEngine } from '../engine.ts';

/** The few calls of the docker client that are no compose. */
export const fakeRun =
  (engine: FakeEngine): Run =>
  async (_program, args, { input = '' } = {}): Promise<Output> => {
    const ended = (stdout: string) => ({ stdout, stderr: '', exitCode: 0 });
    const [verb, noun] = args;
    const image = (verb === 'run' ? args.find((each) => each.startsWith('bootdev/')) : args.at(-1)) ?? '';
    if (verb === 'image' && noun === 'inspect')
      return engine.images.has(image) ? ended('packages|0') : { stdout: '', stderr: 'No such image', exitCode: 1 };
    if (verb === 'context' && noun === 'inspect') return ended(`${engine.address}\n`);
    if (verb === 'tag') {
      engine.images.set(image, engine.images.get(args[1] ?? '') ?? '');
      return ended('');
    }
    if (verb === 'run') {
      if (!engine.images.has(image)) return { stdout: '', stderr: `Unable to find image '${image}'`, exitCode: 125 };
      if (image.startsWith('bootdev/lb:')) return ended(engine.ipvs);
      engine.did.push('probe');
      return ended(engine.canMount ? 'yes' : 'no: mount: Operation not permitted');
    }
    if (verb === 'build' && args.includes('--tag')) {
      engine.images.set(args[args.indexOf('--tag') + 1] ?? '', engine.newId());
      return ended('');
    }
    if (verb === 'build') return listPackages(engine, args, input.toString());
    throw new Error(`the fake engine does not know: docker ${args.join(' ')}`);
  };

/** What an image has from those that it is made from. */
const below = (name: string) =>
  name === 'debian' ? '' : debs(name === 'base' ? { debian: '1.0-1' } : { debian: '1.0-1', base: '1.0-1' });

/** What docker/lock/list and sums say of each image: one package of its own name beside its base's, or what the engine was told of that. */
async function listPackages(engine: FakeEngine, args: readonly string[], dockerfile: string): Promise<Output> {
  const out = args.find((arg) => arg.startsWith('type=local'))?.split('dest=')[1] ?? '';
  if (dockerfile.includes('COPY lists ')) {
    await cp(join(args.at(-1) ?? '', 'lists'), out, { recursive: true }); // sums adds what this list has already
    return { stdout: '', stderr: '', exitCode: 0 };
  }
  await mkdir(out, { recursive: true });
  for (const [, tag = '', name = ''] of dockerfile.matchAll(/^FROM (\S+) AS image-(\S+)$/gm)) {
    if (!engine.images.has(tag)) return { stdout: '', stderr: `${tag}: not found`, exitCode: 1 };
    engine.asked.push(name);
    await writeFile(join(out, name), below(name) + (engine.packages.get(name) ?? debs({ [name]: '1.0-1' })));
  }
  return { stdout: '', stderr: '', exitCode: 0 };
}

/** Lines as of docker/lock/sums: each .deb's sum is made of its name and its version. */
export const debs = (versions: Record<string, string>) =>
  Object.entries(versions)
    .map(
      ([name, version]) =>
        `deb ${name} ${version} ${createHash('sha256').update(`${name} ${version}`).digest('hex')}\n`,
    )
    .join('');
