/**
 * A site whose code is hostile, in a replica with shared files: what it can do from its own user, what root then does with what it left,
 * and what anybody on the machines' network can do without a key. Never skipped where this engine can mount a file system.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { docker, eventually, newReplica, type Replica } from '../scenarios/replica.ts';

const settings =
  'site: { name: hostile }\nweb: { count: 1 }\nmemcached: { count: 1 }\nfiles: { store: gluster }\nsearch: { engine: none }\n';
const machines = ['lb', 'web-1', 'admin', 'mysql', 'memcached-1', 'gluster-1', 'arbiter', 's3', 'mail'];
const withSite = ['web-1', 'admin'];
let replica: Replica;
/** Shared files are on GlusterFS; else on a plain volume, and what follows about nodes has nothing to attack. */
let gluster: boolean;

beforeAll(async () => {
  replica = await newReplica(settings);
  await replica.ensure('up');
  gluster = !(await replica.status()).notes?.join().includes('plain volume');
});
afterAll(() => replica?.remove());

const script = (name: string) => readFile(join('test/docker/hostile', name), 'utf8');
const root: string[] = [];
const site = ['setpriv', '--reuid=33', '--regid=33', '--clear-groups'];
/** Runs in a machine, as `user`; whatever its exit code is. */
async function inside(machine: string, user: readonly string[], command: string[], input = '') {
  const container = await replica.container(machine);
  return execa('docker', ['exec', '-i', container, ...user, ...command], { input, reject: false, all: true });
}
const exec = async (machine: string, ...command: string[]) =>
  docker('exec', await replica.container(machine), ...command);
const shell = (machine: string, user: readonly string[], text: string) => inside(machine, user, ['bash', '-c', text]);
const healthy = () => eventually(90_000, replica.status, (it) => it.machines.every(({ state }) => state === 'healthy'));

/** Owner, group and mode of what root's own configuration lies in. */
const rootsOwn = (machine: string) =>
  exec(machine, 'stat', '-c', '%n %U:%G %a', '/etc/bootdev', '/etc', '/usr/local/bin');

describe('what the kernel gives', () => {
  const rows: string[][] = [];
  afterAll(() => {
    const names = rows[0]?.map((row) => row.split('\t')[0]) ?? [];
    const head = ['', ...machines.flatMap((name) => [`${name} root`, `${name} site`])];
    const lines = names.map((name, index) => [name, ...rows.map((row) => row[index]?.split('\t')[1] ?? '')]);
    console.log([head, ...lines].map((line) => `| ${line.join(' | ')} |`).join('\n'));
  });

  /** Root of a machine that mounts the shared files has SYS_ADMIN for that, and the kernel knows no narrower right. */
  const mounts = ['mount proc', 'mount cgroup2', '/dev/fuse'];
  /** Of the engine's own profile, which machines without SYS_ADMIN have; later engines leave out the last two. None of them runs the site. */
  const harmless = ['ptrace', 'read process', 'io_uring', 'vsock'];

  test.each(machines)('%s', async (machine) => {
    const allowed: Record<string, string[]> = {};
    for (const [who, user] of Object.entries({ root, site })) {
      const { stdout, stderr } = await inside(machine, user, ['perl', '-'], await script('attempts.pl'));
      const said = stdout.split('\n');
      expect(said.length, stderr).toBeGreaterThan(20);
      rows.push(said);
      allowed[who] = said.filter((line) => line.endsWith('\tallowed')).map((line) => line.split('\t')[0] ?? '');
    }
    const own = gluster && [...withSite, 'gluster-1', 'arbiter'].includes(machine);
    const expected = own ? [] : harmless;
    expect(allowed.site?.filter((name) => !expected.includes(name))).toEqual([]);
    const mayMount = gluster && withSite.includes(machine) ? mounts : [];
    expect(allowed.root?.filter((name) => ![...expected, ...mayMount].includes(name))).toEqual([]);
  });

  test.each(machines)('%s has limits', async (machine) => {
    const container = await replica.container(machine);
    const said = await docker(
      'inspect',
      '-f',
      '{{.HostConfig.Memory}} {{.HostConfig.MemorySwap}} {{.HostConfig.PidsLimit}} {{.HostConfig.LogConfig.Config}}',
      container,
    );
    expect(said).toMatch(/^(\d{8,}) \1 (1024|4096) map\[max-file:3 max-size:10m\]$/);
  });

  test('a fork bomb of the site ends in its own machine', async () => {
    const bomb = 'for n in $(seq 3000); do sleep 20 & done; wait';
    const { all } = await shell('web-1', site, `timeout 15 bash -c '${bomb}' 2>&1 | tail -n 1; true`);
    expect(all).toMatch(/Resource temporarily unavailable|fork/);
    await shell('web-1', site, 'kill -9 -1');
    await healthy();
  });
});

describe.each(withSite)('root on %s', (machine) => {
  test('writes, changes owners and looks for process ids in its own folders', async () => {
    // What root does in a day of this machine.
    await shell(
      machine,
      root,
      '/etc/bootdev/current/bin/machine health; /etc/bootdev/current/bin/machine report code >/dev/null',
    );
    for (const program of (await exec(machine, 'ls', '/etc/bootdev/current/run')).split('\n'))
      await exec(machine, '/etc/bootdev/current/bin/machine', 'restart', program);
    await eventually(
      30_000,
      () => shell(machine, root, '/etc/bootdev/current/bin/machine health'),
      (it) => it.exitCode === 0,
    );
    await shell(
      machine,
      root,
      'for role in /etc/bootdev/current/roles/*/apply.sh; do $role reload /etc/bootdev/current; done',
    );

    const look = `find / -xdev -type d -writable -not -path '/proc/*' 2>/dev/null; find /run /dev/shm -xdev -type d -writable 2>/dev/null`;
    const writable = [...new Set((await shell(machine, site, look)).stdout.split('\n'))].filter(Boolean).sort();
    const shared = ['/dev/shm', '/dev/mqueue', '/tmp', '/var/tmp', '/run/lock', '/var/lib/php/sessions'];
    const own = writable.filter((path) => !shared.includes(path) && !shared.some((at) => path.startsWith(`${at}/`)));
    const cache = /^\/run\/php-pages$|^\/var\/(cache\/nginx\/pages|lib\/nginx\/(body|fastcgi|proxy|scgi|uwsgi))(\/|$)/;
    expect(own.filter((path) => !cache.test(path))).toEqual([]);

    const left = `find ${[...own, ...shared].join(' ')} -xdev -user root ! -type d 2>/dev/null`;
    const files = (await shell(machine, root, left)).stdout.split('\n').filter(Boolean);
    expect(files.filter((path) => !/^\/dev\/shm\/sem\.|\/\.ZendSem\./.test(path))).toEqual([]);
  });

  test('has no guard that the site could end', async () => {
    const guards = (await shell(machine, root, 'for at in /run/service/*/; do s6-svstat -o pid $at; done')).stdout
      .split(/\s+/)
      .filter((pid) => /^\d+$/.test(pid));
    expect(guards.length).toBeGreaterThan(2);
    for (const pid of guards) {
      expect((await shell(machine, root, `stat -c %u /proc/${pid}`)).stdout, `process ${pid}`).not.toBe('33');
      expect((await shell(machine, site, `kill -9 ${pid}`)).exitCode, `kill -9 ${pid}`).not.toBe(0);
    }
  });

  test('follows no link that the site put beside its own folders', async () => {
    const canary = '/etc/canary';
    await exec(machine, 'sh', '-c', `umask 077; echo alive >${canary}`);
    const state = async () =>
      `${await rootsOwn(machine)}\n${await exec(machine, 'sh', '-c', `stat -c '%U %a' ${canary}; cat ${canary}`)}`;
    const before = await state();
    // A link in the place of each thing that may be moved away: to root's configuration, to root's file.
    const plant = `for at in * .[a-z]*; do to=${canary}; [ ! -d "$at" ] || to=/etc/bootdev; [ ! -e "$at" ] || { mv "$at" "$at.mine" && ln -s $to "$at"; }; done`;
    for (const place of ['/run/php', '/var/cache/nginx', '/var/lib/nginx', '/srv/files', '/run', '/etc/bootdev'])
      await shell(machine, site, `cd ${place} && { ${plant}; ln -s /etc/bootdev ${place}/link; }`);
    await shell(
      machine,
      root,
      'for role in /etc/bootdev/current/roles/*/apply.sh; do $role reload /etc/bootdev/current; done',
    );
    await pause(2000);
    expect(await state()).toBe(before);
    for (const program of ['nginx', 'php-fpm', 'heartbeat', 'cron'])
      await shell(machine, root, `[ ! -d /run/service/${program} ] || s6-svc -wr -T 15000 -r /run/service/${program}`);
    await pause(2000);
    expect(await state()).toBe(before);
    const given = ['(', '-user', '33', '-o', '-perm', '-2020', ')'];
    expect(await exec(machine, 'find', '/etc/bootdev', '/usr/local/bin', ...given)).toBe('');
  });

  test('reads no file of the site as root', async () => {
    const secret = '/root/only-root-knows';
    await exec(machine, 'sh', '-c', `umask 077; printf '{"at":4711,"exit":0,"machine":"x"}' >${secret}`);
    await shell(machine, site, `ln -sfn ${secret} /srv/files/private/.cron-last`);
    const { stdout } = await shell(machine, root, '/etc/bootdev/current/bin/machine report');
    await shell(machine, site, 'rm -f /srv/files/private/.cron-last');
    expect(JSON.parse(stdout).now).not.toMatch(/\d+ h ago/);
    // A pipe that nobody writes to keeps nobody waiting.
    await shell(machine, site, 'mkfifo /srv/files/private/.cron-last');
    const started = performance.now();
    await shell(machine, root, '/etc/bootdev/current/bin/machine report');
    await shell(machine, site, 'rm -f /srv/files/private/.cron-last');
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe('the shared files', () => {
  test("a link in the place of the site's folder: root gives nothing away when it mounts them", async (context) => {
    context.skip(!gluster, 'this engine cannot mount');
    const before = await rootsOwn('web-1');
    // Only root of a machine, or of a brick, can do this; the next test is about who else could.
    await exec('web-1', 'sh', '-c', 'cd /srv/files && mv public public.mine && ln -s /etc/bootdev public');
    try {
      await exec('web-1', 's6-svc', '-r', '/run/service/files');
      await eventually(
        30_000,
        () => shell('web-1', root, 'mountpoint -q /srv/files'),
        (it) => it.exitCode === 0,
      );
      await pause(3000);
      expect(await rootsOwn('web-1')).toBe(before);
    } finally {
      await exec('admin', 'sh', '-c', 'cd /srv/files && if [ -L public ]; then rm public && mv public.mine public; fi');
      await exec('web-1', 's6-svc', '-r', '/run/service/files');
    }
    await healthy();
  });

  test("the site's user cannot speak to the bricks by itself, as any user it likes", async (context) => {
    context.skip(!gluster, 'this engine cannot mount');
    const { all } = await inside(
      'web-1',
      site,
      ['timeout', '40', 'python3', '-', 'gluster-1'],
      await script('libgfapi.py'),
    );
    console.log(`libgfapi as the site: ${all}`);
    expect(await exec('admin', 'stat', '-c', '%F', '/srv/files/public')).toBe('directory');
    expect(all).not.toContain('as uid 0');
    for (const file of ['/run/secrets/files/key.pem', '/etc/ssl/glusterfs.key'])
      expect((await inside('web-1', site, ['cat', file])).exitCode).not.toBe(0);
  });

  test('a key that somebody made for himself opens neither management nor bricks', async (context) => {
    context.skip(!gluster, 'this engine cannot mount');
    const make =
      'openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 2 -subj /CN=files-client -keyout /tmp/k -out /tmp/c 2>/dev/null';
    // The call of lib/gluster/node, whose answer begins with these four bytes.
    const call = String.raw`printf '\x80\0\0\x28\0\0\0\1\0\0\0\0\0\0\0\2\x07\x5b\xb8\x6d\0\0\0\1\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0'`;
    const ask = (port: string, key: string) =>
      `(${call}; sleep 1) | timeout 3 openssl s_client -quiet -connect gluster-1:${port} ${key} 2>/dev/null | od -An -tx1 -j4 -N4`;
    const [, brick = ''] =
      /listen-port=(\d+)/.exec(
        await exec('gluster-1', 'sh', '-c', 'tr "\\0" "\\n" </proc/$(pidof -s glusterfsd)/cmdline'),
      ) ?? [];
    const real = '-cert /etc/ssl/glusterfs.pem -key /etc/ssl/glusterfs.key';
    for (const port of ['24007', brick]) {
      expect((await shell('web-1', root, ask(port, real))).stdout.trim(), `${port} with the key`).toBe('00 00 00 01');
      expect((await shell('web-1', site, `${make}; ${ask(port, '-cert /tmp/c -key /tmp/k')}`)).stdout.trim()).toBe('');
      expect((await shell('web-1', site, ask(port, ''))).stdout.trim(), `${port} without a key`).toBe('');
      // And not without TLS.
      const plain = `exec 3<>/dev/tcp/gluster-1/${port}; ${call} >&3; timeout 2 head -c 12 <&3 | od -An -tx1 -j4 -N4`;
      expect((await shell('web-1', site, plain)).stdout.trim(), `${port} in plain`).toBe('');
    }
  });

  test('a stranger on the network who says to be the arbiter is no peer', async (context) => {
    context.skip(!gluster, 'this engine cannot mount');
    const image = await docker('inspect', '-f', '{{.Config.Image}}', await replica.container('gluster-1'));
    const network = `${await replica.project()}_default`;
    const options = ['--network', network, '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '-i'];
    const { all } = await execa('docker', ['run', '--rm', ...options, '--entrypoint', 'bash', image, '-s'], {
      input: await script('stranger.sh'),
      reject: false,
      all: true,
    });
    console.log(`the stranger: ${all}`);
    const set = 'diagnostics.latency-measurement=on';
    expect(await exec('gluster-1', 'sh', '-c', `grep -c '^${set}' /var/lib/glusterd/vols/files/info; true`)).toBe('0');
    expect(all).not.toMatch(/Connected\s*$/m);
    await healthy();
  });
});
