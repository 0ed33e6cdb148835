/** The loader's own container on volumes of its own, without a replica around it. */
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import { streamTar, type TarEntry } from '../../src/bundle/tar.ts';
import { feed } from '../../src/io/command.ts';
import { codeEntries } from '../../src/project/release/contents.ts';
import type { Release } from '../../src/project/release.ts';
import { imageOf } from '../scenarios/images.ts';
import { docker } from '../scenarios/replica.ts';

export type Volumes = Awaited<ReturnType<typeof newVolumes>>;

/** `size`: of the volume of the code, in memory. `secrets`: those of the site stay from one load to the next. */
export async function newVolumes({ size, secrets = false }: { size?: string; secrets?: boolean } = {}) {
  const image = (await imageOf('loader')) ?? '';
  const bundle = await docker('volume', 'create');
  const inMemory = size ? ['--opt', 'type=tmpfs', '--opt', 'device=tmpfs', '--opt', `o=size=${size}`] : [];
  const code = await docker('volume', 'create', ...inMemory);
  const kept = secrets ? [await docker('volume', 'create')] : [];
  const passing = [...(secrets ? [] : ['/secrets/app']), '/secrets/db', '/secrets/lb', '/ca'];
  const others = [
    ...passing.flatMap((path) => ['--tmpfs', path]),
    ...kept.flatMap((volume) => ['--volume', `${volume}:/secrets/app`]),
  ];
  const options = ['--network', 'none', '--volume', `${bundle}:/bundle`, '--volume', `${code}:/code`, ...others];
  const capabilities = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID'].flatMap((name) => ['--cap-add', name]);
  const limited = [...options, '--cap-drop', 'ALL', ...capabilities]; // as compose.yaml has it
  const keeper = await docker('run', '--detach', ...options, '--entrypoint', 'sleep', image, 'infinity');

  return {
    /** What the loader says of a tar, or of what makes one. `killAfter`: milliseconds, then its container is killed. */
    async load(what: Buffer | Iterable<TarEntry>, killAfter?: number) {
      const pieces = Buffer.isBuffer(what) ? [what] : streamTar(what);
      const name = `bootdev-loader-${Math.random().toString(36).slice(2)}`;
      const options = ['--rm', '-i', '--name', name, ...limited];
      const running = execa('docker', ['run', ...options, image], { stdin: 'pipe', reject: false });
      const fed = feed(running.stdin, pieces);
      if (killAfter !== undefined) {
        await Promise.race([pause(killAfter), running]);
        await execa('docker', ['kill', '--signal', 'KILL', name], { reject: false });
      }
      const [{ exitCode, stderr }] = await Promise.all([running, fed]);
      return { exitCode, stderr };
    },
    shell: (script: string) => docker('exec', keeper, 'bash', '-euc', script),
    /** Which trees there are and whether each is what its name says, which is served, and what a run has left. */
    async state() {
      const lines = await docker('exec', keeper, 'bash', '-uc', look);
      const of = (word: string) => [...lines.matchAll(new RegExp(`^${word} (.*)$`, 'gm'))].map(([, rest]) => rest);
      return { whole: of('whole').sort(), broken: of('broken'), current: of('current')[0], left: of('left') };
    },
    async remove() {
      await docker('rm', '--force', '--volumes', keeper);
      await docker('volume', 'rm', bundle, code, ...kept);
    },
  };
}

const look = `. /usr/local/sbin/tree-digest.sh
for tree in $(ls /code/releases); do
  case $tree in *.manifest) [ -d "/code/releases/\${tree%.manifest}" ] || echo "left $tree"; continue ;; esac
  [ "$(tree_digest /code/releases/$tree)" = $tree ] && echo "whole $tree" || echo "broken $tree"
done
echo "current $(basename "$(readlink /code/current)")"
find /code /bundle -name .incoming -o -name .new -o -name .current | sed 's/^/left /'`;

/** What is sent of a release; `base`: of one that the loader has. */
export const sent = (release: Release, base?: Release) => codeEntries(release, { base, activate: true });
