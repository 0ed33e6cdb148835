/** A person who is not root, in the group of Docker's socket, and whose files nobody else may read (umask 077). */
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyOfPackage, docker, eventually, newReplica, type Replica, remains } from './replica.ts';

const user = `bootdev-test-${process.pid}`;
let replica: Replica;
let program: string;
let missing: string | undefined;

beforeAll(async () => {
  missing = await whyNot();
  if (missing) return;
  const group = await socketGroup();
  await execa('useradd', ['--user-group', '--no-create-home', '--groups', group, user]);
  const copy = await copyOfPackage();
  replica = await newReplica('site: { name: umask }\nsearch: { engine: none }\nfiles: { store: volume }\n', {
    program: copy.program,
  });
  program = copy.program;
  await replica.ensure('up'); // images are built once; then everything of this run goes
  await replica.ensure('down', '--volumes', '--yes');
  await execa('rm', ['-r', join(replica.dir, '.bootdev')]);
  await mkdir(join(replica.dir, 'home'));
  await execa('chown', ['-R', `${user}:`, replica.dir, copy.dir]);
  await execa('chmod', ['-R', 'go=', replica.dir, copy.dir]);
});
afterAll(async () => {
  await replica?.remove();
  if (program) await execa('rm', ['-r', join(program, '../..')]);
  if (!missing) await execa('userdel', [user]);
});

const socketGroup = async () => String((await stat('/var/run/docker.sock')).gid);

async function whyNot(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'only root can make another user';
  if ((await execa('useradd', ['--help'], { reject: false })).exitCode !== 0) return 'useradd is not here';
  if (process.env.DOCKER_HOST) return 'DOCKER_HOST names another engine than the socket of this machine';
  if ((await socketGroup()) === '0')
    return "Docker's socket is root's alone: the group docker did not exist when it started";
  return undefined;
}

const person = (name: string, run: () => Promise<void>) =>
  test(name, async (context) => (missing ? context.skip(missing) : run()));

async function bootdev(...args: string[]): Promise<string> {
  const identity = ['--reuid', user, '--regid', user, '--init-groups', '--no-new-privs'];
  const command = ['sh', '-c', 'umask 077; exec "$@"', 'sh', process.execPath, program, ...args];
  const env = { HOME: join(replica.dir, 'home'), PATH: process.env.PATH };
  const options = { cwd: replica.dir, env, extendEnv: false, stdin: 'ignore' } as const;
  return (await execa('setpriv', [...identity, ...command], options)).stdout;
}

person('up: every machine healthy, every part of the sample works', async () => {
  await bootdev('up');
  const status = JSON.parse(await bootdev('status', '--json')) as Awaited<ReturnType<Replica['status']>>;
  expect(status.machines.filter(({ state }) => state !== 'healthy')).toEqual([]);
  const site = async () => (await (await fetch(`${await replica.url()}/status.json`)).json()) as { ok: boolean };
  await eventually(20_000, site, ({ ok }) => ok);
});

person('nothing of it became root’s, and nobody else may read what is written', async () => {
  const { stdout: foreign } = await execa('find', [replica.dir, '!', '-user', user]);
  expect(foreign).toBe('');
  const { stdout: open } = await execa('find', [join(replica.dir, '.bootdev/local'), '-perm', '/077']);
  expect(open).toBe('');
});

person('exec and logs work', async () => {
  expect(await bootdev('exec', 'web-1', 'site', 'id', '-un')).toBe('www-data');
  expect(await bootdev('logs', 'mysql')).toContain('ready for connections');
});

person('down --volumes leaves nothing', async () => {
  const project = await replica.project();
  await bootdev('down', '--volumes', '--yes');
  expect(await remains(project)).toEqual([]);
  expect(await docker('ps', '-aq', '--filter', `name=${project}`)).toBe('');
});
