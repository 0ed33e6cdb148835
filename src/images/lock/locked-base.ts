/** The base of one image's build, with apt told what bootdev.lock has of that image: every role is provisioned as ever. */
import { join } from 'node:path';
import { failure } from '../../io/command.ts';
import { ownBuilder } from '../../io/environment/own-builder.ts';
import { removeFolder, writeFolder } from '../../io/folder.ts';
import type { Io } from '../../io/io.ts';
import { temporaryFolder } from '../../io/temporary.ts';
import type { Context } from '../../project/context.ts';
import type { Closure } from './closure.ts';

type Deps = Pick<Context, 'sources' | 'signal'> & { io: Pick<Io, 'run'> };

interface Locked {
  /** What it is made from. */
  base: string;
  /** What it is to be called. */
  tag: string;
  closure: Closure;
}

/** Throws UserError. */
export async function makeLockedBase({ sources, signal, io }: Deps, { base, tag, closure }: Locked): Promise<void> {
  const folder = await temporaryFolder('bootdev-lock');
  const context = join(folder, 'context');
  const builder = await ownBuilder();
  try {
    const scripts = ['Dockerfile', 'enter', 'check'].map((path) => {
      return { path, bytes: sources.docker.get(`lock/${path}`) ?? '', mode: '0644' };
    });
    await writeFolder(context, [...scripts, ...lockFiles(closure)]);
    const args = ['build', '--build-arg', `BASE=${base}`, '--tag', tag, context];
    const ended = await io.run('docker', args, { signal, env: builder.env });
    if (ended.exitCode !== 0) throw failure('docker', args, ended);
  } finally {
    await builder.remove();
    await removeFolder(folder);
  }
}

/** As docker/lock/Dockerfile wants them. */
export function lockFiles(closure: Closure) {
  const packages = [...closure.values()].filter(({ version }) => version !== '-');
  const texts = {
    packages: packages.map(({ name, version, sha256 }) => `${name} ${version} ${sha256}\n`).join(''),
    // Above 1000: apt goes down to it too.
    pins: packages
      .map(({ name, version }) => `Package: ${name}\nPin: version ${version}\nPin-Priority: 1001\n`)
      .join('\n'),
  };
  return Object.entries(texts).map(([path, bytes]) => ({ path, bytes, mode: '0644' }));
}
