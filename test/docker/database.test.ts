/** A site's data in and out, with real servers: dumps of every kind, snapshots, undo, and a bootdev that is killed in the middle. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { wordpressDump } from '../../bench/wordpress-dump.ts';
import { aws } from '../../src/io/aws/aws.ts';
import { openProject } from '../../src/project/context.ts';
import type { Side } from '../../src/site/between/backups.ts';
import { pull } from '../../src/site/between/pull.ts';
import { rehearse } from '../../src/site/between/rehearse.ts';
import { FakeAws } from '../fakes/aws.ts';
import { sumsOf } from '../instance/sums.ts';
import { isLong } from '../long.ts';
import { docker, eventually, newReplica, type Replica } from '../scenarios/replica.ts';

/** Six minutes each; both in `npm run test:long`. */
const engines = (process.env.BOOTDEV_TEST_ENGINES ?? (isLong ? 'mysql,mariadb' : 'mysql')).split(',') as (
  | 'mysql'
  | 'mariadb'
)[];
/** `npm run test:long` kills more often. */
const kills = Number(process.env.BOOTDEV_KILLS ?? 1);

describe.each(engines)('%s', (engine) => {
  /** What bootdev does itself, whatever the server, is asked of one of them. */
  const first = engine === engines[0] || kills > 1;
  let replica: Replica;
  let dumps: string;
  const settings = `site: { name: data }\nweb: { count: 1 }\nmemcached: { count: 1 }\nsearch: { engine: none }\nfiles: { store: volume }\ndatabase: { engine: ${engine} }\n`;
  const dump = (bytes: number) => Buffer.concat([...wordpressDump(bytes)]);
  const good = dump(3_000_000);

  beforeAll(async () => {
    replica = await newReplica(settings);
    dumps = join(replica.dir, 'dumps');
    await mkdir(dumps);
    await writeFile(join(dumps, 'good.sql'), good);
    await replica.ensure('up');
    await sql("CREATE TABLE site.own (word TEXT); INSERT INTO site.own VALUES ('kept')");
  });
  afterAll(() => replica?.remove());

  const inside = async (machine: string, ...command: string[]) =>
    docker('exec', await replica.container(machine), ...command);
  const sql = (statements: string) => inside(engine, engine, '-NBe', statements);
  const active = async () =>
    (await inside(engine, 'cut', '-d', ' ', '-f1', '/var/lib/mysql/data/site-database')).trim();
  /** What the site has, by its own name for it and with its own rights: 'own' where its data is what it was. */
  const seen = async () => {
    const php = `$db = new PDO('mysql:host=' . getenv('DB_HOST') . ';dbname=' . getenv('DB_NAME'), getenv('DB_USER'), trim(file_get_contents('/run/secrets/app/db-password')), [PDO::MYSQL_ATTR_SSL_CA => '/run/secrets/app/db-ca.pem']);
      $tables = $db->query('SHOW TABLES')->fetchAll(PDO::FETCH_COLUMN);
      echo in_array('own', $tables) ? 'own' : $db->query('SELECT COUNT(*) FROM wp_posts')->fetchColumn() . '+' . $db->query('SELECT COUNT(*) FROM wp_postmeta')->fetchColumn();
      if (in_array('--write', $argv)) $db->exec('CREATE TABLE written (x INT); DROP TABLE written');`;
    return inside('admin', 'site', 'php', '-r', php, '--', '--write');
  };
  const rows = (of: Buffer) => {
    const count = (table: string) =>
      of
        .toString('latin1')
        .split(/\n/)
        .filter((line) => line.startsWith(`INSERT INTO \`${table}\``))
        .reduce((sum, line) => sum + line.split('),(').length, 0);
    return `${count('wp_posts')}+${count('wp_postmeta')}`;
  };
  const write = async (name: string, content: string | Buffer) => {
    await writeFile(join(dumps, name), content);
    return join(dumps, name);
  };

  describe('what is refused changes nothing', () => {
    const table = 'CREATE TABLE t (w VARCHAR(20)) CHARSET utf8mb4;\n';
    const other =
      engine === 'mysql'
        ? 'CREATE TABLE u (a UUID);'
        : 'CREATE TABLE u (a INT, b JSON, INDEX i ((CAST(b->"$.x" AS UNSIGNED ARRAY))));';
    type Row = [string, string | Buffer, RegExp];
    const byBootdev: Row[] = [
      [
        'cut.sql',
        good.subarray(0, 2_000_000),
        /middle of the statement that begins at line \d+.*\nNothing was changed/,
      ],
      ['cut.sql.gz', gzipSync(good).subarray(0, 200_000), /cut off/],
      ['no-end.sql', good.toString('latin1').replace(/-- Dump completed.*\n/, ''), /no last line/],
      ['empty.sql', '', /is empty/],
      ['nothing.sql', '-- nothing\n', /no table in the dump/],
      ['two.sql', `USE a;\n${table}USE b;\n`, /Line 3 .*more than one database: a \(line 1\) and b/],
      ['grant.sql', `${table}GRANT ALL ON *.* TO x;\n`, /Line 2 .*changes accounts/],
      ['missing.sql', '', /./],
    ];
    const byServer: Row[] = [
      [
        'latin1.sql',
        Buffer.from(`${table}INSERT INTO t VALUES ('gr\xfc\xdfe');\n`, 'latin1'),
        /Line 2 .*character set.*/,
      ],
      [
        'latin1-lax.sql',
        Buffer.from(`SET SQL_MODE='';\n${table}INSERT INTO t VALUES ('gr\xfc\xdfe');\n`, 'latin1'),
        /character set/,
      ],
      ['other.sql', `${table}${other}\n`, /Line 2 of the dump was refused by .*\nNothing was changed/],
      [
        'drop.sql',
        `${table}CREATE PROCEDURE p() DROP TABLE site.own;\nCALL p();\n`,
        /Line 3 .*a right that a dump does not get/,
      ],
      ['outfile.sql', `${table}SELECT 1 INTO OUTFILE '/tmp/x';\n`, /Line 2 .*a right that a dump does not get/],
      [
        'prepared.sql',
        `${table}PREPARE s FROM 'DROP TABLE site.own'; EXECUTE s;\n`,
        /Line 2 .*a right that a dump does not get/,
      ],
      [
        'local.sql',
        `${table}PREPARE s FROM 'LOAD DATA LOCAL INFILE "/etc/passwd" INTO TABLE t'; EXECUTE s;\n`,
        /Line 2 of the dump was refused/,
      ],
      ['shell.sql', `${table}SELECT 1 \\! touch /tmp/ran\n;\n`, /Line 2 of the dump was refused/],
      ['source.sql', `${table}SELECT 1;;source /etc/passwd\n;\n`, /Line 2 /],
    ];
    test.each([...(first ? byBootdev : []), ...byServer])('%s', async (name, content, words) => {
      const path = name === 'missing.sql' ? join(dumps, 'nowhere', name) : await write(name, content);
      const before = await sql('SHOW DATABASES; SELECT user, host FROM mysql.user');
      const { code, stderr } = await replica.bootdev('db', 'import', path, '--yes', '--no-snapshot');
      expect(stderr).toMatch(words);
      expect(code).not.toBe(0);
      expect(await seen()).toBe('own');
      expect(await sql('SHOW DATABASES; SELECT user, host FROM mysql.user')).toBe(before);
      expect(await inside(engine, 'sh', '-c', 'ls /tmp/ran /tmp/x /dev/shm/m*/import.cnf 2>/dev/null || true')).toBe(
        '',
      );
    });
  });

  test('a dump becomes the data of the site, and undo brings back what was there', async () => {
    await replica.ensure('db', 'import', join(dumps, 'good.sql'), '--yes');
    expect(await seen()).toBe(rows(good));
    expect(await active()).toBe('site2');
    expect(await sql("SHOW GRANTS FOR 'site'@'%'")).not.toContain('`site`.*');
    expect((await replica.ensure('db', 'list')).stdout).toMatch(/^before-import-\S+ .* automatic$/m);
    await replica.ensure('undo', '--yes');
    expect(await seen()).toBe('own');
    await replica.ensure('undo', '--yes');
    expect(await seen()).toBe(rows(good));
    await replica.ensure('undo', '--yes');
  });

  const packed: [string, (bytes: Buffer) => Promise<string | Buffer> | Buffer][] = [
    ['packed.sql.gz', (bytes) => gzipSync(bytes, { level: 1 })],
    [
      'packed.zip',
      async (bytes) => {
        await writeFile(join(dumps, 'in.sql'), bytes);
        await execa('python3', ['-m', 'zipfile', '-c', 'packed.zip', 'in.sql'], { cwd: dumps });
        return readFile(join(dumps, 'packed.zip'));
      },
    ],
  ];
  test.each(first && isLong ? packed : [])('%s is taken too', async (name, pack) => {
    const path = await write(name, await pack(good));
    await replica.ensure('db', 'import', path, '--yes', '--no-snapshot');
    expect(await seen()).toBe(rows(good));
    await replica.ensure('undo', '--yes');
    expect(await seen()).toBe('own');
  });

  test('what was exported is the same when it is imported again, with views, triggers, routines and raw bytes', async () => {
    await sql(`USE site; CREATE TABLE odd (id INT PRIMARY KEY, raw BLOB, words TEXT);
      INSERT INTO odd VALUES (1, x'00FF0A0D1A5C27', 'Grüße 😀 \\\\ \\'quoted\\''), (2, NULL, NULL);
      CREATE VIEW ids AS SELECT id FROM odd; CREATE FUNCTION plus_one (n INT) RETURNS INT DETERMINISTIC RETURN n + 1;
      CREATE TRIGGER shout BEFORE UPDATE ON odd FOR EACH ROW SET NEW.words = UPPER(NEW.words)`);
    const read = async () =>
      sql(
        `USE ${await active()}; SELECT id, HEX(raw), HEX(words) FROM odd; SELECT COUNT(*), plus_one(1) FROM ids; SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = DATABASE()`,
      );
    const before = await read();
    const file = join(dumps, 'export.sql.gz');
    await replica.ensure('db', 'export', file);
    await replica.ensure('db', 'import', file, '--yes', '--no-snapshot');
    expect(await active()).not.toBe('site');
    expect(await read()).toBe(before);
    expect(await seen()).toBe('own');
    const { stdout } = await execa(process.execPath, ['dist/cli.js', '-C', replica.dir, 'db', 'export'], {
      env: { XDG_CONFIG_HOME: replica.dir },
    });
    expect(stdout).toContain('-- Dump completed');
    expect(stdout).not.toContain('DEFINER=');
    await replica.ensure('undo', '--yes');
    await sql('USE site; DROP VIEW ids; DROP FUNCTION plus_one; DROP TABLE odd');
  });

  test('what is exported sanitised has no person in it, and comes in again', async () => {
    const database = await active();
    await sql(`USE ${database}; CREATE TABLE persons (id INT AUTO_INCREMENT PRIMARY KEY, email VARCHAR(99), phone VARCHAR(20), note TEXT, raw BLOB);
      INSERT INTO persons (email, phone, note, raw) VALUES ('anna@firm.de', '030 1', 'ask\nbob@shop.fr, or (carl@x.org)', UNHEX(CONCAT('00ff27', HEX('eve@host.org'))))`);
    const file = join(dumps, 'sanitised.sql.gz');
    await replica.ensure('db', 'export', '--sanitised', file);
    await replica.ensure('db', 'import', file, '--yes', '--no-snapshot');
    const row = await sql(`SELECT email, phone, note, HEX(raw) FROM ${await active()}.persons`);
    expect(row.trim().replace(/^user-\d+/, 'user-1')).toBe(
      `user-1@example.invalid\t\task\\nxxx@xxxx.xx, or (xxxx@x.xxx)\t00FF27${Buffer.from('xxx@xxxx.xxx').toString('hex').toUpperCase()}`,
    );
    const pipe = await replica.bootdev('db', 'export', '--sanitised', '-');
    expect([pipe.code, pipe.stdout]).toEqual([2, '']);
    await replica.ensure('undo', '--yes');
    await sql(`DROP TABLE ${await active()}.persons`);
  });

  // With MySQL's also by the built program: test/instance/between.ts.
  if (isLong) {
    describe('a backup of an environment on AWS', () => {
      let cloud: FakeAws;
      let side: Side;
      let sums: string;
      /** docker/roles/backup does the same there, in parts: test/instance/backups.ts. */
      const leave = async (kind: 'backups' | 'sanitised', bytes: Buffer, said: object) => {
        const time = '20261129T024000Z';
        const about = { time, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), ...said };
        cloud.s3.put('artifacts', `${kind}/${time}.sql.gz`, bytes);
        cloud.s3.put('artifacts', `${kind}/${time}.json`, JSON.stringify(about));
      };
      const project = () => openProject({ dir: replica.dir, asTold: true, signal: new AbortController().signal });
      const end = async <Result>(events: AsyncGenerator<unknown, Result>) => {
        for (;;) {
          const next = await events.next();
          if (next.done) return next.value;
        }
      };
      const program = '/etc/bootdev/current/usr/local/bin';
      let backup: Buffer;
      let about: { tables: Record<string, number>; broken: string[] };

      beforeAll(async () => {
        cloud = await new FakeAws().start();
        cloud.s3.buckets.set('artifacts', new Map());
        for (const [name, value] of Object.entries({ ...cloud.env, XDG_CONFIG_HOME: replica.dir }))
          vi.stubEnv(name, value);
        side = { name: 'production', bucket: await aws({ region: 'eu-west-1' }).bucket('artifacts') };
        const everything = await readFile('test/instance/everything.sql', 'utf8');
        const more =
          'CREATE SEQUENCE numbers START WITH 7; CREATE TABLE old (id INT) WITH SYSTEM VERSIONING; INSERT INTO old VALUES (1)';
        await sql(`USE ${await active()}; ${everything}; ${engine === 'mariadb' ? more : ''}`);
        sums = await sumsOf(sql, await active());
        const inAdmin = (line: string) =>
          execa('docker', ['exec', admin, 'sh', '-c', line], { encoding: 'buffer', maxBuffer: 1e9 });
        const admin = await replica.container('admin');
        backup = Buffer.from((await inAdmin(`site ${program}/dump-database 3>/run/said | gzip`)).stdout);
        about = JSON.parse(await inside('admin', 'cat', '/run/said'));
        await leave('backups', backup, about);
        const rules = '/etc/bootdev/current/etc/backup/sanitise.json';
        const line = `site ${program}/dump-database 3>/dev/null | site ${program}/sanitise-dump "$(cat ${rules})" | gzip`;
        await leave('sanitised', Buffer.from((await inAdmin(line)).stdout), { ...about, tables: {} });
        const tables = `everything, persons, none${engine === 'mariadb' ? ', old; DROP SEQUENCE numbers' : ''}`;
        await sql(
          `USE ${await active()}; DROP TABLE ${tables}; DROP VIEW names, names_of_persons, lost; DROP FUNCTION plus_one; DROP EVENT nightly`,
        );
      });
      afterAll(async () => {
        vi.unstubAllEnvs();
        await cloud?.stop();
      });

      test('comes here, and is the same', async () => {
        expect(about).toMatchObject({
          engine,
          broken: ['lost'],
          tables: { everything: 3, none: 0, own: 1, persons: 900 },
        });
        await end(pull(await project(), side, { now: false, sanitised: false }));
        expect(await sumsOf(sql, await active())).toBe(sums);
        if (engine === 'mariadb') expect(await sql(`USE ${await active()}; SELECT NEXTVAL(numbers)`)).toMatch(/^7/);
        expect(await seen()).toBe('own');
        await replica.ensure('undo', '--yes');
      });

      // The same way as above, so in the long run alone; that nobody is left in it: test/instance/backups.ts, test/site/between.
      if (kills > 1) {
        test('comes here without persons', async () => {
          await end(pull(await project(), side, { now: false, sanitised: true }));
          const question =
            'SELECT COUNT(*), COUNT(DISTINCT email) FROM persons WHERE email LIKE "user-%@example.invalid"';
          expect((await sql(`USE ${await active()}; ${question}`)).trim()).toBe('900\t900');
          await replica.ensure('undo', '--yes');
          expect(await seen()).toBe('own');
        });
      }

      // MySQL's by the built program: test/instance/between.ts.
      if (engine === 'mariadb' || kills > 1) {
        test('is rehearsed: one that is good, one with fewer rows than it says, one that ends too early', async () => {
          const before = await sql('SHOW DATABASES; SELECT user, host FROM mysql.user');
          const rehearsed = async () => end(rehearse(await project(), side, { now: false }));
          await rehearsed();
          const left = await docker('volume', 'ls', '-q', '--filter', `name=${await replica.project()}-rehearsal`);
          expect([left, await readdir(join(replica.dir, '.bootdev'))]).toEqual([
            '',
            expect.not.arrayContaining(['rehearsal']),
          ]);
          await leave('backups', backup, { ...about, tables: { ...about.tables, persons: 901, lost_one: 1 } });
          await expect(rehearsed()).rejects.toThrow(
            /is not what it says:\n {2}persons has 900 rows instead of 901\n {2}lost_one is missing/,
          );
          await leave('backups', gzipSync(gunzipSync(backup).subarray(0, -5_000)), about);
          await expect(rehearsed()).rejects.toThrow(/not whole|no last line/);
          expect(await sql('SHOW DATABASES; SELECT user, host FROM mysql.user')).toBe(before);
          expect(await seen()).toBe('own');
        });
      }
    });
  }

  test('a snapshot comes back with all that there was', async () => {
    await replica.ensure('db', 'snapshot', 'mine');
    await sql('DROP TABLE site.own');
    await replica.ensure('db', 'import', join(dumps, 'good.sql'), '--yes', '--no-snapshot');
    await replica.ensure('db', 'restore', '--yes');
    expect(await seen()).toBe('own');
    await replica.ensure('undo', '--yes');
    expect(await seen()).toBe(rows(good));
    await replica.ensure('db', 'restore', 'mine', '--yes');
    expect(await seen()).toBe('own');
    const list = async () =>
      JSON.parse((await replica.ensure('db', 'list', '--json')).stdout).snapshots as {
        name: string;
        automatic: boolean;
      }[];
    expect((await list()).find(({ name }) => name === 'mine')).toMatchObject({ automatic: false });
    expect((await list()).filter(({ automatic }) => automatic).length).toBeLessThanOrEqual(5);
    await replica.ensure('db', 'delete', 'mine', '--yes');
    expect((await list()).map(({ name }) => name)).not.toContain('mine');
    expect((await replica.bootdev('db', 'restore', 'mine', '--yes')).stderr).toContain('There is no snapshot mine');
  });

  if (first) {
    test('of two imports at once one is told to wait', async () => {
      const slow = replica.start('db', 'import', join(dumps, 'good.sql'), '--yes');
      await eventually(
        20_000,
        () => readFile(join(replica.dir, '.bootdev/local/lock'), 'utf8').catch(() => ''),
        Boolean,
      );
      const { code, stderr } = await replica.bootdev('db', 'import', join(dumps, 'good.sql'), '--yes');
      expect(stderr).toMatch(/Another bootdev \(process \d+\) is working on this replica/);
      expect(code).toBe(1);
      expect((await slow).exitCode).toBe(0);
      await replica.ensure('undo', '--yes');
      expect(await seen()).toBe('own');
    });
  }

  // Numbers that are the same in each run: a failure can be repeated.
  const moments = Array.from(
    { length: first ? kills : 0 },
    (_, index) => createHash('sha256').update(`${engine} ${index}`).digest().readUInt16LE(0) / 65_536,
  );

  test.each(moments)(
    'killed at %f of an import: before or after, never between; the same command goes on',
    async (moment) => {
      const before = await seen();
      const path = join(dumps, 'good.sql');
      const run = replica.start('db', 'import', path, '--yes', '--no-snapshot');
      await pause(700 + moment * 9_000);
      run.kill('SIGKILL');
      await run;
      expect([before, rows(good)]).toContain(await seen().catch(() => replica.ensure('up').then(seen)));
      await replica.ensure('db', 'import', path, '--yes', '--no-snapshot');
      expect(await seen()).toBe(rows(good));
      await replica.ensure('undo', '--yes');
    },
  );

  test.each(moments)(
    'killed at %f of a restore: before or after, never between; the same command goes on',
    async (moment) => {
      await replica.bootdev('db', 'snapshot', 'start');
      const run = replica.start('db', 'restore', 'start', '--yes');
      await pause(500 + moment * 8_000);
      run.kill('SIGKILL');
      await run;
      await replica.ensure('db', 'restore', 'start', '--yes');
      expect([rows(good), 'own']).toContain(await seen());
    },
  );
});
