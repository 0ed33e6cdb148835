/** A project and the built program, installed with small templates, against the fake AWS. */
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, onTestFinished, vi } from 'vitest';
import { readLock } from '../../../src/images/lock/file.ts';
import { collectPackages } from '../../../src/images/packages.ts';
import { imageTags } from '../../../src/images/tags.ts';
import { openProject } from '../../../src/project/context.ts';
import type { State } from '../../../src/project/state.ts';
import { FakeAws } from '../../fakes/aws.ts';
import { type Calls, recordCalls, surplus } from './calls.ts';

let installed = '';

/** The package as npm would install it, with small templates, or the shipped ones (cfn). Once per test file. */
export function installProgram(templates = 'test/cloud/promote/cfn'): void {
  beforeAll(async () => {
    installed = await mkdtemp(join(tmpdir(), 'bootdev-package-'));
    await cp(resolve('dist'), join(installed, 'dist'), { recursive: true });
    await cp(resolve('package.json'), join(installed, 'package.json'));
    for (const part of ['docker', 'compose']) await symlink(resolve(part), join(installed, part));
    await cp(resolve(templates), join(installed, 'cfn'), { recursive: true });
  });
  afterAll(() => rm(installed, { recursive: true, force: true }));
}

/** Changes one of the installed templates for the rest of the test. */
export async function changeTemplate(file: string, change: (text: string) => string): Promise<void> {
  const { readFile } = await import('node:fs/promises');
  const path = join(installed, 'cfn', file);
  const before = await readFile(path, 'utf8');
  await writeFile(path, change(before));
  onTestFinished(() => writeFile(path, before));
}

interface Ran {
  stdout: string;
  stderr: string;
  code: number | undefined;
}

export interface Site {
  aws: FakeAws;
  /** To start it in another way. */
  command: { program: string; before: string[]; cwd: string; env: (args: string[]) => Record<string, string> };
  /** Its calls to AWS so far. */
  calls: () => Promise<Calls>;
  dir: string;
  run: (args: string[], env?: Record<string, string>) => Promise<Ran>;
  start: (args: string[], env?: Record<string, string>) => ReturnType<typeof startProgram>;
}

const settings = 'site: { name: shop }\naws: { region: eu-west-1 }\n';

/** Without Docker: what is promoted is not rehearsed, unless a test has its own engine. */
export async function site(yaml = settings): Promise<Site> {
  const aws = await new FakeAws().start();
  const DistributionDomain = new URL(aws.url).host;
  aws.script.outputs.set('shop-production-edge', { SiteUrl: `${aws.url}/`, DistributionDomain });
  const dir = await mkdtemp(join(tmpdir(), 'bootdev-site-'));
  const recording = await recordCalls();
  onTestFinished(async () => {
    const calls = await recording.calls();
    await aws.stop();
    await Promise.all([dir, recording.dir].map((each) => rm(each, { recursive: true, force: true })));
    expect(surplus(calls), 'calls that cfn/iam does not allow').toEqual([]);
  });
  await writeFile(join(dir, 'bootdev.yaml'), yaml);
  await replicaState(dir, { images: 'packages' });
  await collected(dir, aws);
  const envOf = (args: string[]) => ({ ...quiet(dir), ...recording.env(args) });
  const start = (args: string[], env: Record<string, string> = {}) =>
    startProgram(args, dir, { ...envOf(args), ...aws.env, ...env });
  return {
    aws,
    dir,
    start,
    command: { program: process.execPath, before: [join(installed, 'dist', 'cli.js')], cwd: dir, env: envOf },
    calls: recording.calls,
    async run(args, env) {
      const { stdout, stderr, exitCode } = await start(args, env);
      return { stdout, stderr, code: exitCode };
    },
  };
}

/** What `up` stores. */
export async function replicaState(dir: string, state: Partial<State>): Promise<void> {
  await mkdir(join(dir, '.bootdev', 'local'), { recursive: true });
  await writeFile(join(dir, '.bootdev', 'local', 'state.json'), JSON.stringify({ ports: {}, ...state }));
}

/** The packages, as if they had already been taken out of the images: others for each tag. */
export async function collected(dir: string, aws: FakeAws): Promise<void> {
  vi.stubEnv('XDG_STATE_HOME', join(dir, 'state'));
  const context = await openProject({ dir, signal: new AbortController().signal });
  const lock = await readLock(context);
  const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const tags = imageTags(context.settings, context.sources.docker, 'packages', lock && { lock, architecture });
  const run = async (_: string, args: readonly string[]) => {
    const folder = args.find((arg) => arg.startsWith('type=local'))?.split('dest=')[1] ?? '';
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'packages.manifest'), `${'0'.repeat(64)} debs/${folder.split('/').at(-1)}.deb\n`);
    await writeFile(join(folder, 'packages.tar'), aws.url);
    return { stdout: '', stderr: '', exitCode: 0 };
  };
  const collecting = collectPackages({ ...context, io: { ...context.io, run } }, tags);
  while (!(await collecting.next()).done);
}

/** Without the settings of the person who runs the tests, and without Docker. */
const quiet = (dir: string) => ({
  ...{
    XDG_CONFIG_HOME: dir,
    XDG_STATE_HOME: join(dir, 'state'),
    DOCKER_HOST: 'unix:///nonexistent/docker.sock',
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
  },
});

function startProgram(args: string[], cwd: string, env: Record<string, string>) {
  return execa(process.execPath, [join(installed, 'dist', 'cli.js'), ...args], {
    ...{ cwd, env, reject: false as const, stdin: 'ignore' as const },
  });
}

/** Without what differs from run to run: times, addresses, digests. */
export const screen = (text: string) =>
  text
    .replace(/\d+ min \d\d s|\d+\.\d s/g, 'N s')
    .replace(/127\.0\.0\.1:\d+/g, 'HOST')
    .replace(/\d+ objects/g, 'N objects')
    .replace(/≈ [\d,]+(?: → [\d,]+)? \$/g, (sum) => sum.replace(/[\d,]+/g, 'N'))
    .replace(/\b[0-9a-f]{8}\b(?!-)/g, 'DIGEST')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME');

/** Only the lines that match. */
export const lines = (text: string, pattern: RegExp) =>
  screen(text)
    .split('\n')
    .filter((line) => pattern.test(line))
    .join('\n');

/** From the first line that has it. */
export const from = (text: string, start: string) => screen(text).slice(screen(text).indexOf(start));

export const yes = ['promote', '--unrehearsed', '--yes'];

/** Waits until a started program has reached a state. */
export async function untilStatus(reached: () => boolean): Promise<void> {
  const deadline = Date.now() + 40_000;
  while (!safely(reached)) {
    if (Date.now() > deadline) throw new Error('the state was never reached');
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

function safely(reached: () => boolean): boolean {
  try {
    return reached();
  } catch {
    return false;
  }
}
