/** The container that makes a release (docker/builder): it has nothing of the replica, and only while it fetches the project's key. */
import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import { caBundle } from '../../host/ca-bundle.ts';
import type { Context } from '../../project/context.ts';
import { makeImages } from '../../replica/up/images.ts';
import { logged, step } from '../../steps.ts';

export interface Checkout {
  commit: string;
  /** Branch, tag or commit, as it was asked for or found out. */
  ref: string;
  /** When it was committed: ISO 8601. */
  at: string;
  subject: string;
}

interface Work {
  id: string;
  text: string;
  done?: () => string;
  command: string[];
  /** Host path → path in the container; with `:ro` after it: to be read. */
  mounts: Record<string, string>;
  seconds: number;
}

const fetchSeconds = 900;
const buildSeconds = 1800;
const memory = '2g';

/** The image, made where it is not there. Throws UserError. */
export async function* builderImage(context: Context): AsyncGenerator<Event, string> {
  const { tags } = yield* makeImages(context, { also: ['builder'] });
  return `bootdev/builder:${tags.get('builder')}`;
}

/** The commit that `ref` is, with its submodules, as a folder of files. Throws UserError in words for what git said. */
export async function* checkout(context: Context, image: string, ref: string): AsyncGenerator<Event, Checkout> {
  const { paths, io, settings } = context;
  const { git } = settings.code;
  await io.files.makeFolder(paths.git);
  const mounts: Work['mounts'] = { [paths.git]: '/build' };
  for (const [file, at] of [
    [paths.deployKey, 'key'],
    [paths.knownHosts, 'known_hosts'],
  ] as const)
    if ((await io.files.readText(file)) !== undefined) mounts[file] = `/run/deploy/${at}:ro`;
  const text = `fetch ${ref || 'the default branch'} of ${git}`;
  const last: string[] = [];
  const code = yield* run(
    context,
    image,
    { id: 'fetch', text, command: ['checkout', git, ref], mounts, seconds: fetchSeconds },
    last,
  );
  if (code !== 0) throw fetchError(code, last, git);
  return readCheckout((await io.files.readText(join(paths.git, 'checkout'))) ?? '');
}

/** Makes a release of the files: Composer, npm, the site's hooks. Throws UserError. */
export async function* build(context: Context, image: string): AsyncGenerator<Event, void> {
  const { paths, io, settings } = context;
  const cache = join(paths.own, 'cache');
  for (const folder of ['composer', 'npm']) await io.files.makeFolder(join(cache, folder));
  const last: string[] = [];
  const work = {
    ...{ id: 'build', text: 'build', command: ['build', ...settings.code.build] },
    ...{ mounts: { [join(paths.git, 'tree')]: '/build', [cache]: '/cache' }, seconds: buildSeconds },
  };
  const code = yield* run(context, image, work, last);
  if (code !== 0) throw buildError(code, last);
}

async function* run(
  context: Context,
  image: string,
  { id, text, command, mounts, seconds }: Work,
  last: string[],
): AsyncGenerator<Event, number> {
  const { host, project, signal, io } = context;
  const name = `${project}-builder`;
  const remove = () => io.run('docker', ['rm', '--force', name]);
  const ca = await caBundle(host.env, host.read);
  const args = [
    ...['run', '--rm', '--name', name, '--label', `com.docker.compose.project=${project}`],
    // SETUID, SETGID: to become the folder's owner. KILL: what takes too long is ended.
    ...['--cap-drop', 'ALL', '--cap-add', 'SETUID', '--cap-add', 'SETGID', '--cap-add', 'KILL'],
    ...['--security-opt', 'no-new-privileges', '--pids-limit', '1024', '--memory', memory, '--memory-swap', memory],
    ...['--entrypoint', '/usr/local/bin/as-owner', '--env', `BOOTDEV_SECONDS=${seconds}`],
    ...Object.entries(mounts).flatMap(([from, to]) => ['--volume', `${from}:${to}`]),
    ...(ca ? ['--volume', `${ca}:/etc/ssl/certs/ca-certificates.crt:ro`] : []),
    ...['--env', 'NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt'],
    ...[image, ...command],
  ];
  await remove(); // of a bootdev that was killed
  // Without a terminal the client does not hand a signal on.
  const stop = () => void remove().catch(() => undefined);
  signal.addEventListener('abort', stop);
  try {
    return yield* step({ id, text, failed: (code) => code !== 0 }, async function* () {
      const { exitCode } = yield* logged(id, host.follow('docker', args, { signal }), last);
      return exitCode;
    });
  } finally {
    signal.removeEventListener('abort', stop);
    await remove();
  }
}

function readCheckout(text: string): Checkout {
  const value = (name: string) => new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]?.replace(/\p{Cc}/gu, '') ?? '';
  return { commit: value('commit'), ref: value('ref'), at: value('at'), subject: value('subject') };
}

function fetchError(code: number, last: readonly string[], git: string): UserError {
  const said = last.join('\n');
  const host = hostOf(git);
  const words: [RegExp, string, string][] = [
    [
      /there is no branch, tag or commit '(.*)'/,
      `${git} has no such branch, tag or commit.`,
      'git ls-remote shows what it has; then: bootdev deploy REF',
    ],
    [
      /REMOTE HOST IDENTIFICATION HAS CHANGED|Host key for .* has changed/,
      `${host} shows another host key than the one that this project knows: nothing was fetched.`,
      'ask whoever runs it; where it is right: bootdev key --new-host',
    ],
    [/Host key verification failed|No .* host key is known/, `This project does not know ${host} yet.`, 'bootdev key'],
    [
      /Permission denied|Load key|Identity file .* not accessible/,
      `${host} does not let this project in.`,
      'bootdev key   (shows the public half, and where it goes)',
    ],
    [
      /Could not resolve host|Connection (?:refused|timed out|reset)|Network is unreachable|No route to host|Failed to connect/i,
      `${host} cannot be reached.`,
      'look at the address in code.git and at the network, then the same command again',
    ],
    [
      /could not read Username|Authentication failed|repository .* not found|Repository not found/i,
      `${git} is private, or is not there.`,
      'a private one by SSH: code.git: git@host:owner/name.git, then bootdev key',
    ],
    [/does not appear to be a git repository/, `There is no repository at ${git}.`, 'look at code.git'],
  ];
  const [, message, hint] = words.find(([pattern]) => pattern.test(said)) ?? [];
  if (message) return new UserError(`${message}\n${indented(last)}`, { ...(hint ? { hint } : {}) });
  return new UserError(`Nothing was fetched${ending(code, fetchSeconds)}:\n${indented(last)}`, {
    hint: 'fix what it says, then: bootdev deploy',
  });
}

const buildError = (code: number, last: readonly string[]) =>
  new UserError(
    `The release was not built${ending(code, buildSeconds)}; what serves is as it was.\n${indented(last)}`,
    {
      hint: 'fix what it says in the repository, or code.build; then: bootdev deploy',
    },
  );

function ending(code: number, seconds: number): string {
  if (code === 124) return `: it did not end in ${seconds / 60} minutes`;
  if (code === 137) return `: it was ended, since it wanted more than ${memory.replace('g', ' GB')} of memory`;
  return '';
}

const indented = (lines: readonly string[]) => lines.map((line) => `    ${line}`).join('\n');

/** `git@host:owner/name` and URLs. */
export function hostOf(git: string): string {
  return /^[\w-]+@([^:/]+):/.exec(git)?.[1] ?? /^\w+:\/\/(?:[^@/]+@)?([^:/]+)/.exec(git)?.[1] ?? git;
}
