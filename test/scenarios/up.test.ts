/** The heart: one replica through its life, as a person would drive it. The tests build on each other, in order. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Status } from '../../src/events.ts';
import { copyOfPackage, docker, eventually, light, load, newReplica, type Replica, remains } from './replica.ts';

const settings = (ttl = 10) => `site:\n  name: heart\ncache:\n  ttl: ${ttl}\n`;
let replica: Replica;
beforeAll(async () => {
  replica = await newReplica(settings());
});
afterAll(() => replica?.remove());

const machines = [
  ...['lb', 'web-1', 'web-2', 'admin', 'mysql', 'memcached-1', 'memcached-2', 'solr'],
  ...['gluster-1', 'gluster-2', 'arbiter', 's3', 'mail'],
];
const onGluster = ['web-1', 'web-2', 'admin', 'gluster-1', 'gluster-2', 'arbiter'];

interface SiteStatus {
  ok: boolean;
  machine: string;
  digest: string;
  features: Record<string, { ok: boolean; detail?: string }>;
}
async function siteStatus(): Promise<SiteStatus> {
  const response = await fetch(`${await replica.url()}/status.json`, { headers: { connection: 'close' } });
  return (await response.json()) as SiteStatus;
}
/** Id and start of each container: unchanged means that nothing was touched. */
const touched = async () =>
  docker(
    'inspect',
    '-f',
    '{{.Name}} {{.Id}} {{.State.StartedAt}}',
    ...(await Promise.all(machines.map(replica.container))),
  );

describe('up', () => {
  it('ends with every machine healthy and says where to go', async () => {
    const { stdout } = await replica.ensure('up');
    expect(stdout).toMatch(/http:\/\/heart\.localhost:\d+/);
    const { machines: seen, root } = await replica.status();
    expect(seen.map(({ name }) => name)).toEqual(machines);
    expect(seen.filter(({ state }) => state !== 'healthy')).toEqual([]);
    for (const machine of seen) {
      expect.soft(machine.digest, machine.name).toBe(machine.desired);
      expect.soft(machine.programs.length, machine.name).toBeGreaterThan(0);
      expect
        .soft(
          machine.programs.every(({ up }) => up),
          machine.name,
        )
        .toBe(true);
    }
    expect(root).toMatch(/^[0-9a-f]{64}$/);
  });

  it('serves the sample from both web machines, each feature proven by a round trip', async () => {
    const seen = new Map<string, string>();
    await eventually(20_000, siteStatus, (it) => {
      if (it.ok) seen.set(it.machine, it.digest);
      return seen.size === 2;
    });
    expect([...seen.keys()].sort()).toEqual(['web-1', 'web-2']);
    const desired = (await replica.status()).machines.find(({ name }) => name === 'web-1')?.desired;
    expect(new Set(seen.values())).toEqual(new Set([desired]));
  });

  it('touches nothing when nothing changed', async () => {
    const before = await touched();
    await replica.ensure('up');
    expect(await touched()).toBe(before);
  });

  it('applies a changed cache life in place, on the web machines only, and loses no request', async () => {
    const before = await touched();
    const digests = new Map((await replica.status()).machines.map(({ name, digest }) => [name, digest]));
    const traffic = load(`${await replica.url()}/`, 50);
    await replica.settings(settings(7));
    await replica.ensure('up');
    await traffic.stop();
    expect(traffic.failed).toEqual([]);
    expect(traffic.sent).toBeGreaterThan(20);
    expect(await touched()).toBe(before);
    const now = (await replica.status()).machines;
    expect(now.filter(({ name, digest }) => digests.get(name) !== digest).map(({ name }) => name)).toEqual([
      'web-1',
      'web-2',
    ]);
    expect(now.every(({ state }) => state === 'healthy')).toBe(true);
    expect(
      await docker('exec', await replica.container('web-2'), 'cat', '/etc/bootdev/current/etc/nginx/cached.conf'),
    ).toContain('BOOTDEV_PAGE_TTL 7;');
  });

  it('keeps the running configuration when the new one is not valid, and says which line', async () => {
    const broken = await copyOfPackage();
    await writeFile(join(broken.dir, 'docker/roles/nginx/root/etc/nginx/static.conf'), 'brotlii on;\n');
    const before = await replica.status();
    const { exitCode, stderr } = await execa(process.execPath, [broken.program, 'up'], {
      cwd: replica.dir,
      reject: false,
      stdin: 'ignore',
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('unknown directive "brotlii"');
    expect(stderr).toContain('the running one was kept');
    const after = await replica.status();
    expect(after.machines.map(({ digest }) => digest)).toEqual(before.machines.map(({ digest }) => digest));
    // and a machine that restarts now boots from the good one
    await docker('restart', await replica.container('web-1'));
    await eventually(20_000, replica.status, ({ machines: seen }) => seen.every(({ state }) => state === 'healthy'));
    await rm(broken.dir, { recursive: true });
  });
});

describe('status', () => {
  it('turns only the rows red where a byte changed or a file was added, names the files; up fixes them', async () => {
    const file = '/etc/bootdev/current/etc/nginx/static.conf';
    await docker('exec', await replica.container('web-2'), 'sh', '-c', `printf ' ' >>${file}`);
    await docker('exec', await replica.container('lb'), 'touch', '/etc/bootdev/current/etc/haproxy/extra.cfg');
    const red = ({ machines }: Status) => machines.filter(({ state }) => state !== 'healthy');
    const seen = await replica.status();
    expect(red(seen)).toMatchObject([
      { name: 'lb', state: 'differs', text: expect.stringContaining('etc/haproxy/extra.cfg') },
      { name: 'web-2', state: 'differs', text: expect.stringContaining('etc/nginx/static.conf') },
    ]);
    // Without a question, at the machines' next check.
    await eventually(
      45_000,
      () => replica.bootdev('status'),
      ({ code }) => code === 1,
    );
    await replica.ensure('up');
    expect(red(await replica.status())).toEqual([]);
  });
});

describe('a crash', () => {
  it('a web machine that crashes is replaced, and the other serves', async () => {
    const container = await replica.container('web-1');
    const traffic = load(`${await replica.url()}/`, 20);
    const pid = await docker('inspect', '-f', '{{.State.Pid}}', container);
    process.kill(Number(pid), 'SIGKILL');
    await eventually(
      30_000,
      async () => {
        const restarts = await docker('inspect', '-f', '{{.RestartCount}}', container);
        return [restarts, (await replica.status()).machines.find(({ name }) => name === 'web-1')?.state].join(' ');
      },
      (it) => it === '1 healthy',
    );
    await traffic.stop();
    expect(traffic.failed).toEqual([]);
  });
});

describe('safety', () => {
  it('runs every machine without privileges, with a short list of capabilities, published to this computer only', async () => {
    for (const machine of machines) {
      const [info] = JSON.parse(await docker('inspect', await replica.container(machine)));
      const { Privileged, SecurityOpt, CapDrop, CapAdd, PortBindings } = info.HostConfig;
      expect.soft(Privileged, machine).toBe(false);
      expect.soft(SecurityOpt, machine).toContain('no-new-privileges:true');
      expect.soft(CapDrop, machine).toEqual(['ALL']);
      expect.soft(CapAdd.length, machine).toBeLessThanOrEqual(10);
      expect.soft(CapAdd.includes('SYS_ADMIN'), machine).toBe(onGluster.includes(machine));
      const addresses = Object.values(PortBindings as Record<string, { HostIp: string }[]>).flat();
      expect
        .soft(
          addresses.every(({ HostIp }) => HostIp === '127.0.0.1'),
          machine,
        )
        .toBe(true);
    }
  });

  it('has no secret in an environment, a command line, a log, an image or the bundle', async () => {
    const read = async (machine: string, path: string) => docker('exec', await replica.container(machine), 'cat', path);
    const secrets = await Promise.all([
      read('mysql', '/run/secrets/db/root-password'),
      ...['db-password', 'hash-salt', 's3-secret-key'].map((name) => read('web-1', `/run/secrets/app/${name}`)),
    ]);
    expect(secrets.every((secret) => secret.length >= 32)).toBe(true);
    for (const machine of machines) {
      const container = await replica.container(machine);
      const places = {
        inspect: await docker('inspect', container),
        log: (await execa('docker', ['logs', container], { all: true })).all,
        environment: await docker(
          'exec',
          container,
          'sh',
          '-c',
          'cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null | tr "\\0" "\\n"; true',
        ),
        image: await docker(
          'history',
          '--no-trunc',
          (await docker('inspect', '-f', '{{.Config.Image}}', container)).trim(),
        ),
        bundle: await docker('exec', container, 'sh', '-c', 'cat $(find /bundle /etc/bootdev -type f)'),
      };
      for (const [place, text] of Object.entries(places)) {
        expect.soft(secrets.filter((secret) => text.includes(secret)).length, `${machine}: ${place}`).toBe(0);
      }
    }
    const tar = await readFile(join(replica.dir, '.bootdev/local/bundle.tar'));
    expect(secrets.filter((secret) => tar.includes(secret))).toEqual([]);
  });

  it("does not let a web machine read the database server's own secrets", async () => {
    await expect(docker('exec', await replica.container('web-1'), 'ls', '/run/secrets/db')).rejects.toThrow();
  });
});

describe('down', () => {
  it('keeps database and objects', async () => {
    const sql = (statement: string) =>
      docker(
        'exec',
        replicaMysql,
        'sh',
        '-c',
        `MYSQL_PWD=$(cat /run/secrets/db/root-password) mysql -uroot -N -e "${statement}"`,
      );
    const replicaMysql = await replica.container('mysql');
    await sql('CREATE TABLE site.kept (n INT); INSERT INTO site.kept VALUES (42)');
    await replica.ensure('down');
    expect((await remains(await replica.project())).filter((it) => !it.startsWith('volume'))).toEqual([]);
    await replica.ensure('up');
    expect(await sql('SELECT n FROM site.kept')).toBe('42');
  });

  it('--volumes leaves nothing, and does not touch a second project of the same name', async () => {
    const second = await newReplica(settings() + light);
    try {
      await second.ensure('up');
      const before = await remains(await second.project());
      expect((await replica.bootdev('down', '--volumes')).code).toBe(2); // no terminal to ask on
      const { stderr } = await replica.ensure('down', '--volumes', '--yes');
      // The engine's own fault, seen on 20.10 under load: then it is said.
      const kept = /keeps the empty network/.test(stderr) ? [`network ${await replica.project()}_default`] : [];
      expect(await remains(await replica.project())).toEqual(kept);
      expect(await remains(await second.project())).toEqual(before);
      expect((await second.status()).machines.every(({ state }) => state === 'healthy')).toBe(true);
    } finally {
      await second.remove();
    }
  });
});
