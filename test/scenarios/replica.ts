/** A project of its own folder and its real replica, driven by the built program. */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import type { Status } from '../../src/events.ts';
import type { State } from '../../src/project/state.ts';

export interface Ended {
  stdout: string;
  stderr: string;
  code: number | undefined;
  seconds: number;
}

export async function docker(...args: string[]): Promise<string> {
  return (await execa('docker', args)).stdout;
}

/** Settings for tests whose question is not search or shared files: four machines fewer. */
export const light = 'search: { engine: none }\nfiles: { store: volume }\n';

/** Code that is no sample's is live unless somebody says so: for tests of caches and of what a release is. */
export const release = 'code: { mode: release }\n';

/** No replica of tests that run beside these takes them while one of ours is down. */
function ownPorts(): State['ports'] {
  const first = 20_000 + 1000 * Number(process.env.VITEST_POOL_ID ?? 0);
  return { https: first + 443, http: first + 80, s3: first + 566, mail: first + 25 };
}

export type Replica = Awaited<ReturnType<typeof newReplica>>;

/**
 * `settings`: text of bootdev.yaml, or none for an empty folder. `program`: another build of bootdev than this one's. `ports`: as
 * bootdev remembers them; else it looks for free ones from its own first on. `local`: text of bootdev.local.yaml. Nothing is started yet.
 */
export async function newReplica(
  settings: string | undefined,
  { program = resolve('dist/cli.js'), ports = settings === undefined ? undefined : ownPorts(), local = '' } = {},
) {
  const dir = await mkdtemp(join(tmpdir(), 'bootdev-replica-'));
  if (settings !== undefined) await writeFile(join(dir, 'bootdev.yaml'), settings);
  if (local) await writeFile(join(dir, 'bootdev.local.yaml'), local);
  if (ports) {
    await mkdir(join(dir, '.bootdev/local'), { recursive: true });
    await writeFile(join(dir, '.bootdev/local/state.json'), JSON.stringify({ ports }));
  }
  const env = { XDG_CONFIG_HOME: dir, XDG_STATE_HOME: join(dir, 'state') };
  const options = { cwd: dir, env, reject: false, stdin: 'ignore' } as const;

  async function bootdev(...args: string[]): Promise<Ended> {
    const started = performance.now();
    const { stdout, stderr, exitCode } = await execa(process.execPath, [program, ...args], options);
    return { stdout, stderr, code: exitCode, seconds: (performance.now() - started) / 1000 };
  }

  /** The command succeeded; otherwise its whole output is the failure's text. */
  async function ensure(...args: string[]): Promise<Ended> {
    const ended = await bootdev(...args);
    if (ended.code !== 0)
      throw new Error(`bootdev ${args.join(' ')}: exit ${ended.code}\n${ended.stdout}\n${ended.stderr}`);
    return ended;
  }

  const value = async (name: string) => {
    const text = await readFile(join(dir, '.bootdev/local/compose.env'), 'utf8');
    return new RegExp(`^${name}=(.*)$`, 'm').exec(text)?.[1] ?? '';
  };

  async function container(machine: string): Promise<string> {
    const scaled = /^(web|memcached)-\d$/.test(machine);
    return `${await value('COMPOSE_PROJECT_NAME')}-${scaled ? machine : `${machine}-1`}`;
  }
  const exec = async (machine: string, ...command: string[]) => docker('exec', await container(machine), ...command);

  return {
    dir,
    bootdev,
    ensure,
    start: (...args: string[]) => execa(process.execPath, [program, ...args], options),
    settings: (text: string) => writeFile(join(dir, 'bootdev.yaml'), text),
    status: async () => JSON.parse((await bootdev('status', '--recompute', '--json')).stdout) as Status,
    project: () => value('COMPOSE_PROJECT_NAME'),
    /** A variable of the compose files. */
    value,
    /** The lb's published address. */
    url: async () => `http://127.0.0.1:${await value('BOOTDEV_PORT_HTTP')}`,
    /** Rows of the sample's /status.json that are false. */
    async falseRows(): Promise<string[]> {
      const url = `http://127.0.0.1:${await value('BOOTDEV_PORT_HTTP')}/status.json`;
      const response = await fetch(url, { headers: { connection: 'close' } });
      const { features } = (await response.json()) as { features: Record<string, { ok: boolean }> };
      return Object.keys(features).filter((name) => !features[name]?.ok);
    },
    /** Name of a machine's container. */
    container,
    /** The output of a command in a machine, as root. */
    exec,
    /** What a visitor needs for HTTPS: the published port, and the replica's own authority. */
    https: async () => ({
      port: Number(await value('BOOTDEV_PORT_HTTPS')),
      ca: await exec('web-1', 'cat', '/run/secrets/app/site-ca.pem'),
    }),
    /** Stops and deletes everything of this project, also when bootdev itself is broken. */
    async remove(): Promise<void> {
      const project = await value('COMPOSE_PROJECT_NAME').catch(() => '');
      if (project) {
        const label = `label=com.docker.compose.project=${project}`;
        const containers = await containersOf(project, '-a');
        // Three at a time: an engine of version 20.10 that lost 13 endpoints of a network in one moment waited for itself for ever.
        for (let at = 0; at < containers.length; at += 3) await docker('rm', '-fv', ...containers.slice(at, at + 3));
        for (const [list, removal] of [
          [
            ['volume', 'ls', '-q'],
            ['volume', 'rm', '-f'],
          ],
          [
            ['network', 'ls', '-q'],
            ['network', 'rm'],
          ],
        ] as const) {
          const ids = (await docker(...list, '--filter', label)).split('\n').filter(Boolean);
          if (ids.length) await docker(...removal, ...ids).catch(unlessEndpoints);
        }
      }
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Docker 20.10 under load may count an endpoint of a container that is gone, until it is started again. `down` says so too. */
function unlessEndpoints(error: Error): void {
  if (!error.message.includes('has active endpoints')) throw error;
  console.warn(error.message);
}

/**
 * Ids of a project's containers. By two labels: images have that of the project which built them, and so has every container that another
 * test runs from one.
 */
export async function containersOf(project: string, ...options: string[]): Promise<string[]> {
  return (await docker('ps', '-q', '--no-trunc', ...options, ...inProject(project))).split('\n').filter(Boolean);
}
export const inProject = (project: string) =>
  [`label=com.docker.compose.project=${project}`, 'label=com.docker.compose.container-number'].flatMap((label) => [
    '--filter',
    label,
  ]);

/** What is left of a project in Docker: one line a thing. */
export async function remains(project: string): Promise<string[]> {
  const label = `label=com.docker.compose.project=${project}`;
  const lists = await Promise.all([
    docker('ps', '-a', ...inProject(project), '--format', 'container {{.Names}}'),
    docker('volume', 'ls', '--filter', label, '--format', 'volume {{.Name}}'),
    docker('network', 'ls', '--filter', label, '--format', 'network {{.Name}}'),
  ]);
  return lists.flatMap((list) => list.split('\n').filter(Boolean));
}

/** A copy of this package, to be broken: its program reads docker/ and compose/ beside it. */
export async function copyOfPackage(): Promise<{ dir: string; program: string }> {
  const dir = await mkdtemp(join(tmpdir(), 'bootdev-package-'));
  for (const part of ['dist', 'docker', 'compose', 'cfn', 'package.json'])
    await cp(resolve(part), join(dir, part), { recursive: true });
  return { dir, program: join(dir, 'dist/cli.js') };
}

export interface Load {
  sent: number;
  /** What was not a 200 with a body: status or error. */
  failed: string[];
  stop(): Promise<void>;
}

/** Requests at an even pace (`perSecond`), each on a connection of its own, until stopped; at most 60 s. */
export function load(url: string, perSecond: number): Load {
  const result: Load = { sent: 0, failed: [], stop: async () => {} };
  const open = new Set<Promise<void>>();
  let going = true;
  const ask = async () => {
    result.sent++;
    const response = await fetch(url, { headers: { connection: 'close' }, signal: AbortSignal.timeout(10_000) });
    if (!response.ok || (await response.text()) === '') result.failed.push(`status ${response.status}`);
  };
  const run = (async () => {
    for (const end = performance.now() + 60_000; going && performance.now() < end; ) {
      const one = ask().catch((error) => void result.failed.push(String(error.cause ?? error)));
      open.add(one);
      void one.then(() => open.delete(one));
      await pause(1000 / perSecond);
    }
    await Promise.all(open);
  })();
  result.stop = () => {
    going = false;
    return run;
  };
  return result;
}

/**
 * Asks again until the condition holds; throws with the last value after `ms`. It rests twice as long as a look took: looking takes
 * the cores from what is waited for.
 */
export async function eventually<T>(ms: number, look: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  const end = performance.now() + ms;
  for (;;) {
    const started = performance.now();
    const value = await look();
    if (holds(value)) return value;
    if (performance.now() > end) throw new Error(`not within ${ms} ms; last: ${JSON.stringify(value).slice(0, 2000)}`);
    await pause(Math.max(300, 2 * (performance.now() - started)));
  }
}
