/** `bootdev parity` on a real replica: every machine recomputes, and one changed byte is found with file and line. */
import { expect, test } from 'vitest';
import type { Parity } from '../../src/events.ts';
import { docker, eventually, type Replica } from './replica.ts';

/** `replica`: runs, as its settings say, and is left so. */
export function testParity(replica: Replica) {
  async function parity() {
    const { stdout, code } = await replica.bootdev('parity', '--json');
    const last = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as { type: string; parity: Parity };
    expect(last.type).toBe('parity');
    return { code, report: last.parity, wrong: last.parity.rows.filter(({ state }) => state === 'differs') };
  }

  test('a fresh replica is what its settings say, in every row', async () => {
    const { code, report, wrong } = await parity();
    expect(wrong).toEqual([]);
    expect(code).toBe(0);
    expect(report).toMatchObject({ same: true, environment: '', project: 'light' });
    const names = report.rows.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['lb', 'web-1', 'web-2', 'admin', 'mysql', 'mysql max_connections', 'web FPM_CHILDREN']),
    );
  });

  test('the table for people', async () => {
    const { stdout, stderr, code } = await replica.bootdev('parity');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^light · settings and replica are the same +bundle [0-9a-f]{8}$/m);
    expect(stdout).toMatch(/^✓ web-1 +([0-9a-f]{8}) +\1$/m);
    expect(stderr).toContain('aws.region is not set');
  });

  test('one byte changed on one web machine: its row is red, with file and line, and the exit code is 1', async () => {
    const file = '/etc/bootdev/current/etc/nginx/nginx.conf';
    const container = await replica.container('web-2');
    const line = (await docker('exec', container, 'grep', '-n', 'sendfile', file)).split(':')[0];
    await docker('exec', container, 'sed', '-i', `${line}s/sendfile/Sendfile/`, file);
    const { code, wrong } = await parity();
    expect(code).toBe(1);
    expect(wrong).toHaveLength(1);
    expect(wrong[0]).toMatchObject({ part: 'configuration', name: 'web-2', state: 'differs' });
    expect(wrong[0]?.text).toMatch(new RegExp(`^web-2 etc/nginx/nginx\\.conf:${line}: .*Sendfile`));
    await docker('exec', container, 'sed', '-i', `${line}s/Sendfile/sendfile/`, file);
    expect((await parity()).wrong).toEqual([]);
  });

  test("one byte changed in the site's code, where the machines cannot write: the rows of all that serve it", async () => {
    const image = await docker('inspect', '-f', '{{.Config.Image}}', await replica.container('web-1'));
    const volume = `${await replica.project()}_code:/code`;
    const edit = (command: string) =>
      docker('run', '--rm', '-v', volume, '--entrypoint', 'sed', image, '-i', command, '/code/current/lib/site.php');
    await edit('$s/$/ /');
    const { code, wrong } = await parity();
    expect(code).toBe(1);
    expect(wrong.map(({ part, name }) => `${part} ${name}`)).toEqual(['release web', 'release admin']);
    await edit('$s/ $//');
    expect((await parity()).wrong).toEqual([]);
  });

  test("a changed value in the database's file is two red rows: the machine, and the key", async () => {
    const file = '/etc/bootdev/current/etc/mysql/my.cnf';
    const container = await replica.container('mysql');
    await docker('exec', container, 'sed', '-i', 's/^wait-timeout = 600/wait-timeout = 601/', file);
    const { wrong } = await parity();
    expect(wrong.map(({ name }) => name)).toEqual(['mysql', 'mysql wait_timeout']);
    await docker('exec', container, 'sed', '-i', 's/^wait-timeout = 601/wait-timeout = 600/', file);
  });

  test('several who look at once see the same', async () => {
    await eventually(30_000, parity, ({ code }) => code === 0);
    const looks = await Promise.all([1, 2, 3, 4].map(() => parity()));
    expect(looks.flatMap(({ wrong }) => wrong).map(({ name, text }) => `${name}: ${text}`)).toEqual([]);
  });

  test('a machine that is stopped proves nothing', async () => {
    const admin = await replica.container('admin');
    await docker('stop', admin);
    const { code, wrong } = await parity().finally(() => docker('start', admin));
    expect(code).toBe(1);
    expect(wrong.map(({ name, text }) => `${name}: ${text}`)).toEqual([
      'admin: admin is not running or does not answer: bootdev up',
      'admin: no admin machine of the replica answers: bootdev up',
    ]);
  });
}
