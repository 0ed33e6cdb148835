/** docker/roles/backup on an admin machine: what it leaves in the bucket, and what becomes of what it is asked for there. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { sha256 } from '../../src/bundle/digest.ts';
import { LeakScanner } from '../../src/site/sanitise/scan.ts';
import type { Database } from './database.ts';
import type { Cloud, Instance } from './instances.ts';
import { sumsOf } from './sums.ts';

const state = '/var/lib/bootdev/backup';

/** As code.update: what a test puts there. */
export const updateLine = '. /srv/files/private/update.sh';

/** `given`: what there is when the tests run. */
export function describeBackups(
  given: () => { cloud: Cloud; database: Database; admin: Instance; release: string; impossible: string },
) {
  const times = async (folder = 'backups') =>
    (await given().cloud.keys(folder)).flatMap((key) => /(\d{8}T\d{6}Z)\.json$/.exec(key)?.[1] ?? []);
  const about = async (key: string) => JSON.parse(await given().cloud.object(`${key}.json`)) as Record<string, unknown>;
  /** As its timer does. `again`: although it has looked a moment ago. */
  const look = async ({ again = true } = {}) => {
    const { admin } = given();
    if (again) await admin.exec('rm', '-f', `${state}/looked`);
    return admin.run('systemctl', 'start', 'bootdev-backup');
  };
  /** As soon as a file is there: on the machine itself, since what follows takes a second. */
  const killOnce = (condition: string) =>
    given().admin.exec(
      ...['timeout', '60', 'sh', '-c'],
      `until [ ${condition} ]; do sleep 0.01; done; systemctl kill -s KILL bootdev-backup`,
    );
  const day = (ago: number) =>
    new Date(Date.now() - ago * 86_400_000).toISOString().replaceAll('-', '').replace(/T.*/, 'T024000Z');

  describe('the backup of the database', () => {
    beforeAll(async () => {
      const { admin, database, cloud, impossible } = given();
      if (impossible) return;
      // By hand from here on, and in small parts.
      const folder = '/etc/systemd/system/bootdev-backup.service.d';
      const unit = '[Service]\\nEnvironment=BOOTDEV_PART_BYTES=20000 BOOTDEV_SWITCH_SECONDS=0\\n';
      await admin.exec('systemctl', 'is-active', 'bootdev-backup.timer');
      await admin.exec(
        'sh',
        '-c',
        `mkdir ${folder} && printf '${unit}' >${folder}/parts.conf && systemctl daemon-reload`,
      );
      await admin.run('systemctl', 'stop', 'bootdev-backup.timer', 'bootdev-backup');
      await cloud.empty('backups');
      await database.load('site', await readFile(join(import.meta.dirname, 'everything.sql')));
    });

    test('is made at once where there is none, whole, with all that the database has', async () => {
      const { cloud, database } = given();
      expect(await look()).toMatchObject({ exitCode: 0 });
      const [time = '', ...others] = await times();
      expect(others).toEqual([]);
      const key = `backups/${time}`;
      const said = await about(key);
      expect(said).toMatchObject({
        engine: 'mysql',
        broken: ['lost'],
        tables: { everything: 3, none: 0, persons: 900 },
      });
      const bytes = await cloud.bytes(`${key}.sql.gz`);
      expect([sha256(bytes), bytes.length]).toEqual([said.sha256, said.bytes]);
      const parts = (await cloud.heard()).filter(({ part }) => part?.includes(time));
      expect(bytes.length).toBeGreaterThan(40_000);
      expect(parts).toHaveLength(Math.ceil(bytes.length / 20_000));
      const dump = gunzipSync(bytes);
      expect(dump.includes('DEFINER=')).toBe(false);
      await database.sql('CREATE DATABASE again');
      await database.load('again', dump);
      expect(await sumsOf(database.sql, 'again')).toBe(await sumsOf(database.sql, 'site'));
      const age = (await cloud.heard()).findLast((each) => each['MetricData.member.1.MetricName'] === 'BackupAge');
      expect(Number(age?.['MetricData.member.1.Value'])).toBeLessThan(120);
      // No other one before the next night.
      await look();
      expect(await times()).toEqual([time]);
    });

    test('that breaks off leaves nothing that counts, and is made again', async () => {
      const { cloud, database, admin } = given();
      await cloud.empty('backups');
      await database.sql('UPDATE site.persons SET note = REPEAT(SHA2(id, 512), 40)');
      await admin.exec('rm', '-f', `${state}/tags`);
      const looking = look();
      await killOnce(`-s ${state}/tags`);
      expect((await looking).exitCode).not.toBe(0);
      expect(await cloud.keys('backups')).toEqual([]);
      await look();
      expect(await times()).toHaveLength(1);
    });

    test('of fourteen days are kept; what somebody called otherwise stays', async () => {
      const { cloud } = given();
      const old = Array.from({ length: 20 }, (_, index) => `backups/${day(index + 1)}`);
      const own = ['backups/before-relaunch.sql.gz', 'backups/before-relaunch.json'];
      const keys = [...old.flatMap((key) => [`${key}.json`, `${key}.sql.gz`]), ...own];
      await cloud.upload(Object.fromEntries(keys.map((key) => [key, '{}'])));
      await cloud.upload({ 'requests/0123-4567-89ab': 'backup' });
      await look();
      const left = await cloud.keys('backups');
      expect(left).toEqual(expect.arrayContaining(own));
      const days = new Set(left.flatMap((key) => /(\d{8})T/.exec(key)?.[1] ?? []));
      const has = (ago: number) => days.has(day(ago).slice(0, 8));
      expect([days.size, has(13), has(14)]).toEqual([14, true, false]);
      expect(JSON.parse(await cloud.object('answers/0123-4567-89ab.json'))).toMatchObject({ state: 'done' });
      expect(await cloud.keys('requests')).toEqual([]);
    });

    test('is given without persons to who asks for that; one with another byte is found', async () => {
      const { cloud, database } = given();
      const newest = (await times()).at(-1) ?? '';
      const ask = async (words: string) => {
        await cloud.upload({ 'requests/aaaa-bbbb': words });
        await look({ again: false });
        return JSON.parse(await cloud.object('answers/aaaa-bbbb.json')) as object;
      };
      expect(await ask(`sanitise ${newest}`)).toEqual({ state: 'done', text: newest });
      const said = await about(`sanitised/${newest}`);
      const bytes = await cloud.bytes(`sanitised/${newest}.sql.gz`);
      expect(sha256(bytes)).toBe(said.sha256);
      const dump = gunzipSync(bytes);
      const scanner = new LeakScanner();
      scanner.push(dump);
      expect(scanner.end()).toEqual([]);
      await database.sql('CREATE DATABASE sanitised');
      await database.load('sanitised', dump);
      const made = 'SELECT COUNT(DISTINCT email) FROM sanitised.persons WHERE email LIKE "user-%@example.invalid"';
      expect(await database.sql(made)).toBe('900');
      const key = `backups/${newest}.sql.gz`;
      const whole = await cloud.bytes(key);
      const other = Buffer.from(whole);
      other.writeUInt8((other.at(-1) ?? 0) ^ 1, other.length - 1);
      await cloud.empty('sanitised');
      await cloud.upload({ [key]: other });
      expect(await ask(`sanitise ${newest}`)).toMatchObject({ state: 'failed' });
      expect(await times('sanitised')).toEqual([]);
      await cloud.upload({ [key]: whole });
      const refused = { state: 'failed', text: 'this machine does not know that' };
      expect(await ask('sanitise ../../x')).toEqual(refused);
    });
  });

  describe('data that replaces that of the site', () => {
    const now = async () =>
      given()
        .cloud.object('data/site-database')
        .catch(() => '');
    const used = () => given().admin.exec('site', 'php', '-r', given().database.question);
    const ask = async (sum: string) => {
      await given().cloud.upload({ 'requests/bbbb-cccc': `take ${sum}` });
      const ended = await look({ again: false });
      const answer = await given().cloud.object('answers/bbbb-cccc.json');
      return { ...(JSON.parse(answer) as { state: string; text: string }), code: ended.exitCode };
    };
    /** As src/site/between/push.ts does. */
    const leave = (dump: Buffer, said: string) => {
      const sum = sha256(dump);
      const half = Math.ceil(dump.length / 2);
      return given()
        .cloud.upload({
          [`pushes/${sum}/0001`]: dump.subarray(0, half),
          [`pushes/${sum}/0002`]: dump.subarray(half),
          [`pushes/${sum}/about.json`]: `{"bytes":${dump.length},"parts":2,"sha256":"${sum}",${said.slice(1)}`,
        })
        .then(() => sum);
    };
    let dump: Buffer;
    let said: string;
    let sums: string;

    beforeAll(async () => {
      const { admin, database, impossible } = given();
      if (impossible) return;
      // That of a replica, made where the site's account may read it.
      await database.sql('CREATE DATABASE site3');
      await database.load('site3', await readFile(join(import.meta.dirname, 'everything.sql')));
      await database.sql('DELETE FROM site3.persons WHERE id > 700');
      sums = await sumsOf(database.sql, 'site3');
      const program = '/etc/bootdev/current/usr/local/bin/dump-database';
      await admin.exec('sh', '-c', `site env DB_NAME=site3 ${program} 3>/run/said | gzip >/run/dump.gz`);
      dump = Buffer.from(await admin.exec('base64', '-w0', '/run/dump.gz'), 'base64');
      said = await admin.exec('cat', '/run/said');
      await database.sql('DROP DATABASE site3');
    });

    test('that is not what was sent, or not whole, changes nothing', async () => {
      const other = await leave(dump, said);
      await given().cloud.upload({ [`pushes/${other}/0002`]: dump.subarray(10) });
      expect(await ask(other)).toMatchObject({ state: 'failed', text: expect.stringContaining('not what was sent') });
      const broken = gzipSync(gunzipSync(dump).subarray(0, -400));
      expect(await ask(await leave(broken, said))).toMatchObject({
        state: 'failed',
        text: expect.stringContaining('not whole'),
      });
      const fewer = said.replace('"persons":700', '"persons":699');
      expect(fewer).not.toBe(said);
      expect(await ask(await leave(dump, fewer))).toMatchObject({
        state: 'failed',
        text: expect.stringContaining('other rows'),
      });
      expect([await now(), await used()]).toEqual(['', 'site']);
    });

    test('killed in the middle: all as before, and the next look goes on', async () => {
      const { cloud, admin, database } = given();
      const before = await times();
      const kept = await sumsOf(database.sql, 'site');
      const sum = await leave(dump, said);
      await cloud.upload({ 'requests/bbbb-cccc': `take ${sum}` });
      await admin.exec('rm', '-f', `${state}/loaded`);
      const looking = look({ again: false });
      await killOnce(`-e ${state}/loaded`); // it takes the dump in
      expect((await looking).exitCode).not.toBe(0);
      expect([await now(), await used()]).toEqual(['', 'site']);
      expect(await look({ again: false })).toMatchObject({ exitCode: 0 });
      expect(JSON.parse(await cloud.object('answers/bbbb-cccc.json'))).toEqual({ state: 'done', text: sum });
      expect([await now(), await used()]).toEqual([`site2 site ${sum}`, 'site2']);
      expect(await sumsOf(database.sql, 'site2')).toBe(sums);
      // What was there before stays, and there is a backup of it.
      expect(await sumsOf(database.sql, 'site')).toBe(kept);
      expect((await times()).length).toBeGreaterThan(before.length);
      // Asked again by who has lost the answer.
      expect(await ask(sum)).toMatchObject({ state: 'done' });
      expect(await now()).toBe(`site2 site ${sum}`);
    });
  });

  describe('the updates of the database that a release wants', () => {
    const ask = async (words: string) => {
      await given().cloud.upload({ 'requests/cccc-dddd': words });
      await look({ again: false });
      return JSON.parse(await given().cloud.object('answers/cccc-dddd.json')) as { state: string; text: string };
    };
    const write = (statement: string, code = 0) => {
      const php = `$db = new PDO("mysql:host=" . getenv("DB_HOST") . ";dbname=" . getenv("DB_NAME"), getenv("DB_USER"),
        trim(file_get_contents("/run/secrets/app/db-password")), [PDO::MYSQL_ATTR_SSL_CA => "/run/secrets/app/db-ca.pem"]);
        $db->exec("${statement}"); exit(${code});`;
      const text = Buffer.from(`php -r '${php}'\n`).toString('base64');
      return given().admin.exec('sh', '-c', `echo ${text} | base64 -d >/srv/files/private/update.sh`);
    };
    const used = () => given().admin.exec('site', 'php', '-r', given().database.question);
    const rows = async () => given().database.sql(`SELECT COUNT(*) FROM ${await used()}.persons`);

    test('as the site, once, after a backup; one that fails leaves the data of before', async () => {
      const { release } = given();
      await write('INSERT INTO persons SET email = CHAR(120)');
      const before = Number(await rows());
      const done = await ask(`update ${release}`);
      expect(done).toEqual({ state: 'done', text: expect.stringMatching(/^\d{8}T\d{6}Z$/) });
      expect(Number(await rows())).toBe(before + 1);
      expect(await ask(`update ${release}`)).toEqual(done);
      expect(Number(await rows())).toBe(before + 1);
      await given().cloud.upload({ 'data/updated': 'another -\n' });
      await write('DELETE FROM persons WHERE id > 10', 7);
      const database = await used();
      expect(await ask(`update ${release}`)).toMatchObject({
        state: 'failed',
        text: expect.stringContaining('so the data is that of the backup'),
      });
      expect([Number(await rows()), (await used()) === database]).toEqual([before + 1, false]);
    });
  });
}
