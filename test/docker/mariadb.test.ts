/** A site that moves from MySQL to MariaDB and back, by the way that bootdev names; in between all that a database machine must do. */
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engineChange, seriesOf } from '../../src/replica/database/engine-change.ts';
import { dataTool } from '../../src/replica/database/site-database.ts';
import { docker, eventually, newReplica, type Replica, remains } from '../scenarios/replica.ts';

const settings = (database: string) =>
  `site: { name: mover }\nweb: { count: 1 }\nmemcached: { count: 1 }\nsearch: { engine: none }\nfiles: { store: volume }\ndatabase: { ${database} }\n`;
const mysql = settings('engine: mysql');
const mariadb = (queryCache: number) => settings(`engine: mariadb, queryCache: ${queryCache}`);

/** What goes wrong on such ways: characters outside the basic plane, quotes, raw bytes, the servers' own types and collations. */
const written = `
  CREATE TABLE moved (id INT PRIMARY KEY, words TEXT, raw BLOB, place VARCHAR(50) UNIQUE, data JSON,
    twice INT GENERATED ALWAYS AS (id * 2) STORED);
  INSERT INTO moved (id, words, raw, place, data) VALUES
    (1, 'Grüße 😀 \\\\ \\'quoted\\'', x'00FF0A0D1A5C27', 'Straße', '{"a": 1}'), (2, NULL, NULL, NULL, NULL);
  CREATE TRIGGER shout BEFORE UPDATE ON moved FOR EACH ROW SET NEW.words = UPPER(NEW.words);
  CREATE FUNCTION plus_one (n INT) RETURNS INT DETERMINISTIC RETURN n + 1;
  CREATE VIEW ids AS SELECT id FROM moved`;
const read = `
  SELECT id, words, HEX(words), HEX(raw), place, REPLACE(data, ' ', '') FROM moved ORDER BY id;
  SELECT COUNT(*), plus_one(41) FROM ids;
  SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = DATABASE()`;

let replica: Replica;
beforeAll(async () => {
  replica = await newReplica(mysql);
  // `bootdev` as a person has it in the PATH.
  const program = join(replica.dir, 'bootdev');
  await writeFile(program, `#!/bin/sh\nexec '${process.execPath}' '${resolve('dist/cli.js')}' "$@"\n`);
  await chmod(program, 0o755);
  await replica.ensure('up');
});
afterAll(() => replica?.remove());

const inside = async (machine: string, ...command: string[]) =>
  docker('exec', await replica.container(machine), ...command);
/** In the site's database, whose name each import changes. */
async function sql(engine: 'mysql' | 'mariadb', statements: string): Promise<string> {
  const [name = ''] = (await inside(engine, dataTool, 'active')).split(' ');
  return inside(engine, engine, '-N', name, '-e', statements);
}
const variable = async (name: string) => (await sql('mariadb', `SHOW VARIABLES LIKE '${name}'`)).split('\t')[1];

const containers = async () =>
  docker('ps', '-a', '--no-trunc', '--format', '{{.ID}} {{.Names}}', '--filter', `name=${await replica.project()}-`);

/** `up` refuses and touches nothing. Then each line of its hint, as it stands there. */
async function goTheWay(from: string, to: string): Promise<void> {
  const before = await containers();
  const { code, stderr } = await replica.bootdev('up');
  expect(code).toBe(1);
  expect(stderr).toContain(`volume ${from}`);
  expect(stderr).toContain(`volume ${to}`);
  expect(await containers()).toBe(before);
  expect(await remains(await replica.project())).not.toContain(`volume ${await replica.project()}_${to}`);
  const steps = stderr.split('\n').filter((line) => /^ {6}\S/.test(line));
  expect(steps.length).toBe(5);
  const env = { PATH: `${replica.dir}:${process.env.PATH}`, XDG_CONFIG_HOME: replica.dir };
  for (const step of steps) await execa('sh', ['-c', step], { cwd: replica.dir, env });
  expect(await remains(await replica.project())).not.toContain(`volume ${await replica.project()}_${from}`);
}

test('from MySQL: the way that the refusal names brings all data along, and leaves uploads alone', async () => {
  await sql('mysql', written);
  const before = await sql('mysql', read);
  expect(before).toContain('4772C3BCC39F6520F09F9880205C202771756F74656427\t00FF0A0D1A5C27\tStraße');
  await inside('web-1', 'site', 'sh', '-c', 'echo kept >/srv/files/public/upload.txt');
  await replica.settings(mariadb(16));
  await goTheWay('mysql-9.7', 'mariadb-11.8');
  expect(await sql('mariadb', read)).toBe(before);
  expect(await sql('mariadb', 'SELECT twice FROM moved ORDER BY id')).toBe('2\n4');
  expect(await inside('web-1', 'cat', '/srv/files/public/upload.txt')).toBe('kept');
});

describe('MariaDB', () => {
  test('serves the site: every part works, and the machine says what it does', async () => {
    await eventually(60_000, replica.falseRows, (rows) => rows.length === 0);
    const { machines } = await replica.status();
    const machine = machines.find(({ name }) => name === 'mariadb');
    expect(machine).toMatchObject({
      state: 'healthy',
      now: expect.stringMatching(/^\d+ connections? · \d+ slow$/),
      programs: [{ name: 'mariadbd', up: true }],
    });
    expect(machine?.digest).toBe(machine?.desired);
  });

  test("takes the site's user over TLS only, verified by PHP, and no root from elsewhere", async () => {
    const asSite = ['mariadb', '--defaults-file=/dev/shm/mariadb/site.cnf'];
    expect(await inside('mariadb', ...asSite, '-NBe', "SHOW STATUS LIKE 'Ssl_cipher'")).toMatch(/TLS_/);
    await expect(inside('mariadb', ...asSite, '--skip-ssl', '-e', 'SELECT 1')).rejects.toThrow('insecure transport');
    const accounts = await sql('mariadb', "SELECT user, host, ssl_type FROM mysql.user WHERE user <> 'mariadb.sys'");
    // site2 came with the import: its views and triggers are this account's, which nobody can log in as.
    expect(accounts.split('\n').sort()).toEqual(['root\tlocalhost\t', 'site\t%\tANY', 'site2\tlocalhost\t']);
    expect(await sql('mariadb', "SHOW CREATE USER 'site2'@'localhost'")).toContain('ACCOUNT LOCK');
    const grants = await sql('mariadb', "SHOW GRANTS FOR 'site'@'%'");
    expect(grants.replace(/PASSWORD '\S+'/, 'PASSWORD')).toMatch(
      /^GRANT USAGE .* PASSWORD REQUIRE SSL\nGRANT ALL PRIVILEGES ON `site2`\.\* TO `site`@`%`$/,
    );
    const php = `$db = new PDO("mysql:host=mariadb;dbname=site2", "site", file_get_contents("/run/secrets/app/db-password"),
      [PDO::MYSQL_ATTR_SSL_CA => $argv[1]]); echo $db->query("SHOW STATUS LIKE 'Ssl_cipher'")->fetch()[1];`;
    expect(await inside('web-1', 'site', 'php', '-r', php, '/run/secrets/app/db-ca.pem')).toMatch(/TLS_/);
    await expect(inside('web-1', 'site', 'php', '-r', php, '/run/secrets/app/site-ca.pem')).rejects.toThrow();
  });

  test('has the query cache of the settings, also after a change in place', async () => {
    const cached =
      "SELECT SQL_CACHE COUNT(*) FROM moved; SELECT SQL_CACHE COUNT(*) FROM moved; SHOW STATUS LIKE 'Qcache_hits'";
    expect(await variable('query_cache_size')).toBe(String(16 * 2 ** 20));
    expect((await sql('mariadb', cached)).split('\t').pop()).not.toBe('0');
    const before = await containers();
    await replica.settings(mariadb(0));
    await replica.ensure('up');
    expect(await containers()).toBe(before);
    expect(await variable('query_cache_size')).toBe('0');
    expect((await sql('mariadb', cached)).split('\t').pop()).toBe('0');
  });

  test('refuses a file it does not understand before anything is switched', async () => {
    const current = '/etc/bootdev/current';
    const spoiled = (line: string) =>
      inside(
        'mariadb',
        'sh',
        '-c',
        `rm -rf /tmp/new && cp -rL ${current}/. /tmp/new && printf '${line}\\n' >>/tmp/new/etc/mysql/my.cnf && /tmp/new/roles/mariadb/apply.sh check /tmp/new`,
      );
    await spoiled('max-connections = 99');
    for (const line of [
      'max-conections = 99',
      'query-cache-size = 1Q',
      'max-connections = many',
      'innodb-log-file-size = 12x',
      '[broken',
    ])
      await expect(spoiled(line), line).rejects.toThrow(/error|adjusted to/i);
  });

  test('killed while it makes its first database, it begins again; killed later, it keeps what was written', async () => {
    const container = await replica.container('mariadb');
    const killed = async (times: number) => {
      process.kill(Number(await docker('inspect', '-f', '{{.State.Pid}}', container)), 'SIGKILL');
      const look = () => docker('inspect', '-f', '{{.RestartCount}} {{.State.Health.Status}}', container);
      await eventually(60_000, look, (it) => it === `${times} healthy`);
    };
    const files = (command: string) => inside('mariadb', 'sh', '-c', `cd /var/lib/mysql && ${command}`);
    await sql('mariadb', 'CREATE TABLE late (n INT); INSERT INTO late VALUES (7)');
    await files('mv data kept && mkdir .new && echo half >.new/half');
    await killed(1);
    expect(await sql('mariadb', "SHOW TABLES LIKE 'late'")).toBe('');
    expect(await files('ls -A')).not.toContain('.new');
    await files('rm -rf data && mv kept data');
    await killed(2);
    expect(await sql('mariadb', 'SELECT n FROM late')).toBe('7');
  });

  test('paused, it makes its row of the status false, and no other', async () => {
    const container = await replica.container('mariadb');
    await docker('pause', container);
    try {
      await eventually(30_000, replica.falseRows, (rows) => rows.join() === 'mysql');
    } finally {
      await docker('unpause', container);
    }
    await eventually(60_000, replica.falseRows, (rows) => rows.length === 0);
  });

  test('has no secret in an environment, a command line, a log or the bundle', async () => {
    const secrets = await Promise.all([
      inside('mariadb', 'cat', '/run/secrets/db/root-password'),
      inside('mariadb', 'cat', '/run/secrets/app/db-password'),
    ]);
    const shown = await inside(
      'mariadb',
      'sh',
      '-c',
      'cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline $(find /bundle /etc/bootdev /var/lib/mysql/slow.log -type f) 2>/dev/null | tr "\\0" "\\n"; true',
    );
    const log = (await execa('docker', ['logs', await replica.container('mariadb')], { all: true })).all;
    for (const secret of secrets) {
      expect(secret.length).toBeGreaterThanOrEqual(32);
      expect(shown.includes(secret) || log.includes(secret)).toBe(false);
    }
  });
});

test('back to MySQL by the same way', async () => {
  // What docs/database.md says of it: MySQL takes no value for a generated column, and MariaDB's dump has one.
  await sql('mariadb', 'ALTER TABLE moved DROP COLUMN twice');
  const before = await sql('mariadb', read);
  await replica.settings(mysql);
  await goTheWay('mariadb-11.8', 'mysql-9.7');
  expect(await sql('mysql', read)).toBe(before);
  await eventually(60_000, replica.falseRows, (rows) => rows.length === 0);
});

test('down --volumes deletes the data of both, whatever the settings ask for by now', async () => {
  await replica.settings(mariadb(0));
  await replica.ensure('down', '--volumes', '--yes');
  expect(await remains(await replica.project())).toEqual([]);
});

describe('refused or not', () => {
  const desired = { engine: 'mariadb', series: '11.8' } as const;

  test.each([
    ['nothing yet', []],
    ['its own', ['bundle', 'mariadb-11.8']],
    ['both, by the way through', ['mariadb-11.8', 'mysql-9.7']],
    ['no database', ['files', 'gluster-1']],
  ])('%s: in order', (_, volumes) => {
    expect(engineChange(volumes, desired, 'p')).toBeUndefined();
  });

  test.each(['mysql', 'mariadb'] as const)('the volume of %s has the series that is pinned', async (engine) => {
    const series = seriesOf(engine, await readFile('docker/versions.env', 'utf8'));
    expect(await readFile(`compose/${engine}.yaml`, 'utf8')).toContain(`\n  ${engine}-${series}: {}\n`);
  });

  test('another series of the same engine needs the bootdev that made it', () => {
    const refusal = engineChange(['mariadb-10.11'], desired, 'p');
    expect(refusal?.message).toMatch(
      /MariaDB 10\.11's \(volume mariadb-10\.11\).*MariaDB 11\.8 \(volume mariadb-11\.8\)/,
    );
    expect(refusal?.hint).toContain('with the earlier version of bootdev');
  });

  test('a query cache in the settings does not bar the way from MySQL, which refuses it', () => {
    expect(engineChange(['mysql-9.7'], desired, 'p', 16)?.hint).toContain('--set database.queryCache=0');
  });
});
