/** A kernel for tests that need more than the computer's own has (IPVS): user-mode-linux in a container (README.md). */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { arch } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { TarEntry } from '../../../src/bundle/tar.ts';
import { makeTar } from '../../../src/bundle/tar.ts';
import { imageOf } from '../../scenarios/images.ts';
import { docker } from '../../scenarios/replica.ts';

const here = import.meta.dirname;

/** Images of the Dockerfile. */
type Target = 'kernel' | 'drbd' | 'engine';

/**
 * What a file's tests work with in such a kernel: started before them, powered off afterwards. Where the kernel cannot run they are skipped, with the
 * reason.
 */
export function inKernel(start: (image: string) => Promise<{ off: () => Promise<void> }>, target: Target = 'kernel') {
  let started: Awaited<ReturnType<typeof start>> | undefined;
  let reason = '';
  beforeAll(async () => {
    const found = await kernelImage(target);
    if ('reason' in found) reason = found.reason;
    else started = await start(found.image);
  });
  beforeEach((context) => context.skip(reason !== '', reason));
  afterAll(() => started?.off());
}

/** Where it can run, the image with it and the lb machine's files, made once (half a minute); else why not. */
async function kernelImage(target: Target): Promise<{ image: string } | { reason: string }> {
  if (arch() !== 'x64') return { reason: "Debian's user-mode-linux is made for amd64" };
  const lb = await imageOf('lb');
  if (!lb) throw new Error('the image bootdev/lb was not made');
  const hash = createHash('sha256').update(lb);
  for (const name of ['Dockerfile', 'xstate.c']) hash.update(await readFile(join(here, name)));
  const image = `bootdev/test-${target}:${hash.digest('hex').slice(0, 12)}`;
  if ((await execa('docker', ['image', 'inspect', image], { reject: false })).exitCode !== 0)
    await execa('docker', ['build', '--quiet', '--target', target, '--build-arg', `LB=${lb}`, '--tag', image, here], {
      env: { DOCKER_BUILDKIT: '1' },
    });
  // Without a root it gets as far as it can without a program: what it needs of the computer (ptrace, memory that may be executed) is there.
  const { all } = await execa('docker', ['run', '--rm', ...limits('64m'), image, ...linux('64M', 'root=none')], {
    reject: false,
    all: true,
  });
  if (all.includes('VFS: Unable to mount root')) return { image };
  return { reason: `user-mode-linux does not start here: ${all.trim().split('\n').slice(-3).join(' · ')}` };
}

/** Its memory is a file, from which programs run. */
const limits = (size: string, network = 'none') => ['--network', network, '--tmpfs', `/memory:exec,size=${size}`];
/** It ends with the program that started it (init); the limit is for one that does not answer any more. */
const linux = (memory: string, ...options: string[]) => [
  ...['timeout', '--kill-after=5', '1500', 'env', 'LD_PRELOAD=/usr/lib/uml/xstate.so', 'TMPDIR=/memory'],
  ...['linux.uml', `mem=${memory}`, 'con=null', 'con0=fd:0,fd:1', 'quiet', 'loglevel=1', 'panic=-1', ...options],
];

export type Kernel = Awaited<ReturnType<typeof startKernel>>;

interface Options {
  /** Its memory. */
  megabytes?: number;
  /** The container's network, as Docker names it. */
  network?: string;
  /** Of `docker create`, and of the kernel. */
  container?: readonly string[];
  kernel?: readonly string[];
}

/** Starts it with more files in its root: path → content. */
export async function startKernel(
  image: string,
  files: Iterable<TarEntry>,
  { megabytes = 384, network, container = [], kernel = [] }: Options = {},
) {
  const memory = `${megabytes}M`;
  const root = ['root=/dev/root', 'rootfstype=hostfs', 'rootflags=/', 'rw', 'init=/kernel/init'];
  const common = ['--rm', '--interactive', '--no-healthcheck', ...limits(`${megabytes + 16}m`, network), ...container];
  const id = await docker('create', ...common, image, ...linux(memory, ...root, ...kernel));
  await docker('cp', `${here}/.`, `${id}:/kernel`);
  const add = (entries: Iterable<TarEntry>) =>
    execa('docker', ['cp', '-', `${id}:/`], { input: makeTar(entries) }).then(() => {});
  await add(files);

  // The kernel ends with this program's input, so with this test's process, however that ends.
  const console_ = execa('docker', ['start', '--attach', '--interactive', id], {
    reject: false,
    buffer: false,
    stderr: 'inherit',
  });
  const waiting = new Map<string, (answer: { code: number; output: string }) => void>();
  const said: string[] = [];
  createInterface({ input: console_.stdout }).on('line', (line) => {
    const [, name = '', code, output = ''] = /^@(\w+) (\d+) ?(\S*)$/.exec(line.trim()) ?? [];
    if (code === undefined) said.push(line);
    waiting.get(name)?.({ code: Number(code), output: Buffer.from(output, 'base64').toString() });
    waiting.delete(name);
  });
  const ended = console_.then(() => {
    throw new Error(`the test kernel has ended:\n${said.slice(-60).join('\n')}`);
  });
  ended.catch(() => {});
  const answerTo = (name: string) =>
    Promise.race([ended, new Promise<{ code: number; output: string }>((resolve) => waiting.set(name, resolve))]);

  let count = 0;
  /** What a command of bash ends with. */
  async function run(command: string) {
    const name = String(++count);
    const answer = answerTo(name);
    console_.stdin.write(`${name} ${Buffer.from(command).toString('base64')}\n`);
    return answer;
  }
  await answerTo('ready');

  return {
    id,
    run,
    add,
    /** A file of this computer. */
    copy: (from: string, to: string) => docker('cp', from, `${id}:${to}`),
    /** The output of a command that succeeds. */
    async exec(command: string): Promise<string> {
      const { code, output } = await run(command);
      if (code !== 0) throw new Error(`${command}: exit ${code}\n${output}`);
      return output.trimEnd();
    },
    /** As a power cut. */
    async kill(): Promise<void> {
      await docker('kill', id);
      await console_;
    },
    /** Powers off. */
    async off(): Promise<void> {
      console_.stdin.end();
      await console_;
    },
  };
}
