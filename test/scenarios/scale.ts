/** Growing, shrinking, and what a person reads about it. */
import { expect, it } from 'vitest';
import { docker, eventually, load, type Replica } from './replica.ts';

/** `replica`: runs with `settings`, which have two web machines. Afterwards it has three. */
export function testScale(replica: Replica, settings: string) {
  const webs = async () =>
    (await replica.status()).machines
      .filter(({ name }) => name.startsWith('web'))
      .map(({ name, state }) => `${name} ${state}`);

  it('scales to four web machines and back under load: no request fails, each new one serves', async () => {
    const url = await replica.url();
    // a page that PHP makes each time
    const traffic = load(`${url}/machine`, 20);
    const wider = await replica.ensure('scale', 'web=4');
    expect(await webs()).toEqual(['web-1 healthy', 'web-2 healthy', 'web-3 healthy', 'web-4 healthy']);
    const seen = new Set<string>();
    await eventually(
      60_000,
      async () =>
        seen.add(
          (
            (await (await fetch(`${url}/status.json`, { headers: { connection: 'close' } })).json()) as {
              machine: string;
            }
          ).machine,
        ).size,
      (size) => size === 4,
    );
    const narrower = await replica.ensure('scale', 'web=2');
    await traffic.stop();
    console.log(
      `scale up ${wider.seconds.toFixed(1)} s, down ${narrower.seconds.toFixed(1)} s, ${traffic.sent} requests`,
    );
    expect(traffic.failed).toEqual([]);
    expect(await webs()).toEqual(['web-1 healthy', 'web-2 healthy']);
  });

  it('keeps the number over an up, and drops it when the settings change', async () => {
    await replica.ensure('scale', 'web=1');
    await replica.ensure('up');
    expect(await webs()).toEqual(['web-1 healthy']);
    await replica.settings(`${settings}web: { count: 3 }\n`);
    await replica.ensure('up');
    expect(await webs()).toHaveLength(3);
  });

  it('refuses more than the engine has memory for, before anything starts', async () => {
    const { code, stderr } = await replica.bootdev('scale', 'web=6', '--set', 'web.memory=60GB');
    expect(code).toBe(2);
    expect(stderr).toMatch(/6 web machines need \d+ MB with all others; Docker has \d+ MB/);
    expect((await replica.bootdev('scale', 'web=7')).stderr).toContain('bootdev scale web=4');
  });

  it('finds one visit in the logs of lb and nginx by its request id, and only there', async () => {
    const response = await fetch(`${await replica.url()}/?visit=1`);
    const id = response.headers.get('x-request-id') ?? '';
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    const both =
      /^lb \| [\d:]+ haproxy \| .*^web-\d \| [\d:]+ nginx \| |^web-\d \| [\d:]+ nginx \| .*^lb \| [\d:]+ haproxy \| /ms;
    await eventually(
      10_000,
      async () => (await replica.ensure('logs', '--grep', id)).stdout,
      (lines) => both.test(lines),
    );
    const programs = (await replica.ensure('logs', 'web-1', '--program', 'php-fpm')).stdout.split('\n');
    expect(programs.every((line) => line.includes('php-fpm | '))).toBe(true);
  });

  it('says what is on the disk', async () => {
    const { stdout } = await replica.ensure('status', '--disk', '--json');
    const { disk } = JSON.parse(stdout);
    expect(disk.volumes.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['bundle', 'code', 'mysql-9.7', 's3']),
    );
    expect(disk.images.length).toBeGreaterThan(6);
    expect(disk.images.every(({ bytes }: { bytes: number }) => bytes > 1e6)).toBe(true);
  });

  it('prune asks, and deletes only images that nothing uses', async () => {
    const [used] = JSON.parse((await replica.ensure('status', '--disk', '--json')).stdout).disk.images;
    await docker('tag', used.name, 'bootdev/web:0ld');
    expect((await replica.bootdev('prune')).code).toBe(2);
    const before = await webs();
    const { old } = JSON.parse((await replica.ensure('status', '--disk', '--json')).stdout).disk;
    // Another project on this machine may have images too: only our tag is deleted here.
    expect(old.map(({ name }: { name: string }) => name)).not.toContain(used.name);
    await docker('rmi', 'bootdev/web:0ld');
    expect(await webs()).toEqual(before);
  });
}
