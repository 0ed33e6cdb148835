/** `bootdev purge` on a real replica, and who else may and may not: the parts that one web machine alone (test/docker/purge.test.ts) has not. */
import { expect, test } from 'vitest';
import type { Purge } from '../../src/events.ts';
import { ask } from '../docker/visitor.ts';
import { docker, type Replica } from './replica.ts';

/** `replica`: runs with two web machines, and is left so. */
export function testPurge(replica: Replica) {
  const exec = async (machine: string, ...command: string[]) =>
    docker('exec', await replica.container(machine), ...command);
  /** A page that is stored on both machines, until it is purged: one that is not there is a page too. */
  async function store(path: string) {
    for (const machine of ['web-1', 'web-2'])
      await exec(machine, 'curl', '-s', '-o', '/dev/null', '-H', 'host: light.localhost', `http://127.0.0.1${path}`);
  }
  const purge = async (...args: string[]) => {
    const { stdout, stderr, code } = await replica.bootdev('purge', ...args, '--json');
    const { purge: said } = JSON.parse(stdout || '{}') as { purge?: Purge };
    return { code, stderr, said };
  };
  const machines = (pages: number) => expect.arrayContaining(['web-1', 'web-2'].map((machine) => ({ machine, pages })));

  test('an address, a path, a beginning, on all web machines', async () => {
    for (const args of [['https://light.localhost/purge-1'], ['/purge-1'], ['--prefix', '/purge-']]) {
      await store('/purge-1');
      const { code, stderr, said } = await purge(...args);
      expect({ code, said }, stderr).toEqual({ code: 0, said: { pages: 2, machines: machines(1), failed: [] } });
    }
    await store('/purge-1');
    const { stdout, code } = await replica.bootdev('purge', '--all');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^\d+ stored pages removed {2}web-\d \d+ · web-\d \d+$/)]);
  });

  test('not the pages of somebody else', async () => {
    const { code, stderr } = await replica.bootdev('purge', 'https://elsewhere.example/');
    expect([code, stderr]).toEqual([2, expect.stringContaining('is not an address of this site (light.localhost)')]);
  });

  test('the application on admin, by its environment', async () => {
    await store('/purge-2');
    const php = `$call = curl_init(getenv("PURGE_URL"));
      curl_setopt_array($call, [CURLOPT_CUSTOMREQUEST => "PURGE", CURLOPT_POSTFIELDS => "https://light.localhost/purge-2",
        CURLOPT_HTTPHEADER => ["Authorization: Bearer " . file_get_contents("/run/secrets/app/purge-token")]]);
      curl_exec($call);`;
    expect(JSON.parse(await exec('admin', 'site', 'php', '-r', php))).toEqual({
      pages: 2,
      machines: machines(1),
      failed: [],
    });
  });

  test.each(['lb', 'mail', 'memcached-1'])('%s has no token, and is refused', async (machine) => {
    const ask =
      'exec 3<>/dev/tcp/web/82; printf "PURGE / HTTP/1.1\\r\\nHost: light.localhost\\r\\n\\r\\n" >&3; head -n 1 <&3';
    expect(await exec(machine, 'bash', '-c', ask)).toContain('HTTP/1.1 403');
    await expect(exec(machine, 'cat', '/run/secrets/app/purge-token')).rejects.toThrow('No such file');
  });

  test('a visitor hears 405, by http and https', async () => {
    const [http, https] = [await replica.value('BOOTDEV_PORT_HTTP'), await replica.value('BOOTDEV_PORT_HTTPS')];
    for (const url of [`http://127.0.0.1:${http}/`, `https://127.0.0.1:${https}/`])
      expect((await ask(url, { method: 'PURGE', host: 'light.localhost' })).status).toBe(405);
  });
}
