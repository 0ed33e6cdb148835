/** The database's disk gets full in the middle of an import: a real file system of its own, through a loop device. `npm run test:long` */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wordpressDump } from '../../bench/wordpress-dump.ts';
import { dataTool } from '../../src/replica/database/site-database.ts';
import { docker, eventually, light, newReplica, type Replica } from './replica.ts';

const volumes = { mysql: 'mysql-9.7', mariadb: 'mariadb-11.8' } as const;
const sudo = process.getuid?.() === 0 ? [] : ['sudo', '--non-interactive'];
const asRoot = async (...command: string[]) => {
  const [program = '', ...args] = [...sudo, ...command];
  return (await execa(program, args)).stdout;
};
/** Why this machine cannot have it; undefined: it can. */
const noLoop = await asRoot('losetup', '--find').then(
  () => undefined,
  ({ shortMessage }) => `no file system of its own: ${shortMessage}`,
);
const whereLoop = (name: string, run: () => Promise<void>) =>
  test(name, async (context) => (noLoop ? context.skip(noLoop) : run()));

/** A command of the site on admin. */
const asSite = (statements: string) =>
  `php -r '$db = new PDO("mysql:host=" . getenv("DB_HOST") . ";dbname=" . getenv("DB_NAME"), getenv("DB_USER"), trim(file_get_contents("/run/secrets/app/db-password")), [PDO::MYSQL_ATTR_SSL_CA => "/run/secrets/app/db-ca.pem"]); $db->exec("${statements}");'`;

describe.each(['mysql', 'mariadb'] as const)('%s', (engine) => {
  let replica: Replica;
  let device: string | undefined;
  const inside = async (...command: string[]) => docker('exec', await replica.container(engine), ...command);

  beforeAll(async () => {
    if (noLoop) return;
    replica = await newReplica(
      `site: { name: full }\nweb: { count: 1 }\nmemcached: { count: 1 }\ndatabase: { engine: ${engine} }\n${light}`,
    );
    await writeFile(join(replica.dir, 'dump.sql'), Buffer.concat([...wordpressDump(150_000_000)]));
    await replica.ensure('up');
    await replica.ensure('down', '--volumes', '--yes');
    const image = join(replica.dir, 'disk.img');
    await execa('truncate', ['--size', '2500M', image]);
    await execa('mkfs.ext4', ['-q', image]);
    device = await asRoot('losetup', '--find', '--show', image);
    const name = `${await replica.project()}_${volumes[engine]}`;
    const labels = [
      ...['--label', `com.docker.compose.project=${await replica.project()}`],
      ...['--label', `com.docker.compose.volume=${volumes[engine]}`],
    ];
    await docker('volume', 'create', ...labels, '--opt', 'type=ext4', '--opt', `device=${device}`, name);
    await replica.ensure('up');
    await inside(engine, '-e', "CREATE TABLE site.own (word TEXT); INSERT INTO site.own VALUES ('kept')");
  });
  afterAll(async () => {
    await replica?.remove();
    if (device) await asRoot('losetup', '--detach', device);
  });

  whereLoop('the import ends with words, the data is what it was, and with room the same command goes on', async () => {
    const filler = '/var/lib/mysql/filler';
    await inside(
      'sh',
      '-c',
      `fallocate -l $(($(df --output=avail -B1 /var/lib/mysql | tail -1) - 90000000)) ${filler}`,
    );
    const { code, stderr } = await replica.bootdev('db', 'import', join(replica.dir, 'dump.sql'), '--yes');
    expect(code).toBe(1);
    expect(stderr).toMatch(/Line \d+ of the dump .* found no space: the engine's disk is full/);
    expect(stderr).toContain('Nothing was changed');
    expect(await inside(engine, '-NBe', 'SELECT word FROM site.own; SHOW DATABASES')).not.toContain('site2');
    const refused = await replica.bootdev('db', 'snapshot', 'one');
    expect(refused.stderr).toMatch(/not enough space .* a snapshot needs \d+ MB, \d+ MB are free/);
    await inside('rm', filler);
    await replica.ensure('db', 'import', join(replica.dir, 'dump.sql'), '--yes');
    expect(Number(await inside(engine, '-NBe', 'SELECT COUNT(*) FROM site2.wp_posts'))).toBeGreaterThan(1000);
  });

  whereLoop(
    'a server that ends in the middle: words, the data is what it was, the site can write, the same command goes on',
    async () => {
      const importing = replica.bootdev('db', 'import', join(replica.dir, 'dump.sql'), '--yes', '--no-snapshot');
      const incoming = () => inside('sh', '-c', 'du -sm /var/lib/mysql/data/site3 2>/dev/null | cut -f1 || true');
      await eventually(60_000, incoming, (megabytes) => Number(megabytes) > 30);
      await inside('sh', '-c', 'kill -9 $(cat /run/mysqld/mysqld.pid)');
      const { code, stderr } = await importing;
      expect(code).toBe(1);
      expect(stderr).toMatch(/was not read to its end: the server ended, and was started again/);
      expect(stderr).toContain('Nothing was changed');
      await eventually(
        60_000,
        () => replica.bootdev('exec', 'admin', 'sh', '-c', asSite('CREATE TABLE written (x INT); DROP TABLE written')),
        ({ code }) => code === 0,
      );
      await replica.ensure('db', 'import', join(replica.dir, 'dump.sql'), '--yes', '--no-snapshot');
      await replica.ensure('undo', '--yes');
    },
  );

  whereLoop('a statement of a million rows, and what is not InnoDB in a snapshot', async () => {
    const rows = Array.from({ length: 1_000_000 }, (_, index) => `(${index},'row number ${index}')`);
    const dump = `CREATE TABLE m (id INT PRIMARY KEY, w VARCHAR(40));\nCREATE TABLE my (a INT) ENGINE=MyISAM;\nINSERT INTO my VALUES (1),(2),(3);\nINSERT INTO m VALUES ${rows.join(',')};\n`;
    await writeFile(join(replica.dir, 'million.sql'), dump);
    await replica.ensure('db', 'import', join(replica.dir, 'million.sql'), '--yes', '--no-snapshot');
    const [name = ''] = (await inside(dataTool, 'active')).split(' ');
    const sql = (statements: string) => inside(engine, '-NB', name, '-e', statements);
    expect(await sql('SELECT COUNT(*), MAX(id) FROM m')).toBe('1000000\t999999');
    await replica.ensure('db', 'snapshot', 'whole');
    await sql('DROP TABLE m; INSERT INTO my VALUES (4)');
    await replica.ensure('db', 'restore', 'whole', '--yes');
    expect(await sql('SELECT COUNT(*) FROM m; SELECT COUNT(*) FROM my; CHECK TABLE my')).toMatch(
      /^1000000\n3\n\w+\.my\tcheck\tstatus\tOK$/,
    );
  });
});
