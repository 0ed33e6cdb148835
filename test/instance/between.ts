/**
 * `bootdev data` and `bootdev files` by the built program, from end to end: a replica here, an admin machine there, and the emulator's bucket between them. The
 * machine reaches the small AWS of its network alone, so what lies in one bucket is carried to the other.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sha256 } from '../../src/bundle/digest.ts';
import { docker, type Replica } from '../scenarios/replica.ts';
import type { Bucket } from './bucket.ts';
import type { Database } from './database.ts';
import type { Cloud, Instance } from './instances.ts';
import { sumsOf } from './sums.ts';

const everything = () => readFile(join(import.meta.dirname, 'everything.sql'));
/** 20 MB that no gzip makes smaller than 16: more than one part of an upload, more than one piece of a download. */
const bulk = `CREATE TABLE bulk (id INT PRIMARY KEY, bytes VARBINARY(1000));
  SET SESSION cte_max_recursion_depth = 100000;
  INSERT INTO bulk WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT i, RANDOM_BYTES(1000) FROM n`;

/** `given`: what there is when the tests run; `name`: the environment's, as it is typed. */
export function describeBetween(
  name: string,
  given: () => {
    cloud: Cloud;
    bucket: Bucket;
    database: Database;
    admin: Instance;
    replica: Replica;
    impossible: string;
  },
) {
  const typed = ['--yes', '--confirm', name];
  const here = async (statement: string) =>
    docker('exec', await given().replica.container('mysql'), 'mysql', '-N', '-e', statement);
  const there = (statement: string) => given().database.sql(statement);
  const ask = (machine: (...command: string[]) => Promise<string>) =>
    machine('site', 'php', '-r', given().database.question);
  const usedHere = async () => {
    const admin = await given().replica.container('admin');
    return ask((...command) => docker('exec', '-w', '/srv/code/current', admin, ...command));
  };
  const usedThere = () =>
    ask((...command) => given().admin.exec('sh', '-c', 'cd /srv/code/current && exec "$@"', 'sh', ...command));
  const withBulk = async (sql: typeof here, database: string) =>
    `${await sumsOf(sql, database)}\n${(await sql(`CHECKSUM TABLE ${database}.bulk`)).replace(/^.*\t/, '')}`;

  /** What one side has left for the other one; the admin machine looks as often as this does. */
  async function carry(): Promise<void> {
    const { bucket, cloud, admin } = given();
    const left = await bucket.keys(/^(?:requests|pushes|files\/(?:asked|sent|parts))\//);
    const known = new Set((await Promise.all(['pushes', 'requests', 'files'].map(cloud.keys))).flat());
    const fresh = left.filter((key) => !known.has(key));
    if (fresh.length > 0) await cloud.upload(await bucket.read(fresh));
    if (left.some((key) => key.startsWith('requests/'))) await admin.run('systemctl', 'start', 'bootdev-backup');
    const waiting = new Set(await cloud.keys('requests'));
    const before = new Set(await bucket.keys(/^(?:backups|sanitised|files)\//));
    // What is said of a dump after the dump, and the answer last of all.
    for (const folder of ['backups', 'sanitised', 'files', 'answers'])
      for (const key of (await cloud.keys(folder)).sort((a, b) => b.localeCompare(a)))
        if (folder === 'answers' || !before.has(key)) await bucket.put(key, await cloud.bytes(key));
    for (const key of left) if (key.startsWith('requests/') && !waiting.has(key)) await bucket.remove(key);
    await cloud.empty('answers');
  }
  async function bootdev(...args: string[]) {
    const { replica } = given();
    const running = replica.start(...args);
    let ended = false;
    const all = running.then((result) => {
      ended = true;
      return result;
    });
    while (!ended) {
      await carry();
      await pause(300);
    }
    return all;
  }
  const data = (...args: string[]) => bootdev('data', ...args);
  /** As soon as it holds, kill -9; `carried`: the admin machine answers meanwhile, in its own time, since what is waited for may be there for seconds. */
  async function killedWhen(holds: () => Promise<boolean>, args: string[], { carried = false } = {}): Promise<void> {
    const running = given().replica.start(...args);
    let ended = false;
    const whole = running.finally(() => {
      ended = true;
    });
    const carrying = (async () => {
      for (; carried && !ended; await pause(300)) await carry();
    })();
    for (const end = Date.now() + 180_000; !ended && Date.now() < end && !(await holds()); ) await pause(50);
    running.kill('SIGKILL');
    const { signal, stderr } = await whole;
    await carrying;
    expect(signal, stderr).toBe('SIGKILL');
  }

  describe('data between the sides', () => {
    let before: string;

    beforeAll(async () => {
      const { admin, replica, impossible } = given();
      if (impossible) return;
      const folder = '/etc/systemd/system/bootdev-backup.service.d';
      const unit = '[Service]\\nEnvironment=BOOTDEV_SWITCH_SECONDS=0\\n';
      await admin.exec(
        'sh',
        '-c',
        `mkdir -p ${folder} && printf '${unit}' >${folder}/now.conf && systemctl daemon-reload`,
      );
      await admin.run('systemctl', 'stop', 'bootdev-backup.timer', 'bootdev-backup');
      const mysql = await replica.container('mysql');
      const load = (input: Buffer | string) => execa('docker', ['exec', '-i', mysql, 'mysql', 'site'], { input });
      await load(await everything());
      await load(bulk);
      before = await withBulk(here, 'site');
    }, 120_000);
    afterAll(async () => {
      if (!given().impossible) await given().admin.run('systemctl', 'start', 'bootdev-backup.timer');
    });

    test('a push that was killed goes on, and the environment has what the replica has', async () => {
      const { bucket } = given();
      const parts = () => bucket.keys(/^pushes\/\w+\/\d+$/);
      await killedWhen(async () => (await parts()).length > 0, ['data', 'push', '--to', 'aws', ...typed]);
      const [first = ''] = await parts();
      const since = await bucket.changed(first);
      const used = await usedThere();
      const { exitCode, all, stderr } = await data('push', '--to', 'aws', ...typed);
      expect(exitCode, `${all} ${stderr}`).toBe(0);
      expect(stderr).toContain('It goes on with the dump of');
      expect((await parts()).length).toBeGreaterThan(1);
      expect(await bucket.changed(first)).toEqual(since);
      const now = await usedThere();
      expect(now).not.toBe(used);
      expect(await withBulk(there, now)).toBe(before);
    });

    test('a pull of all that is there, made now, killed while it comes', async () => {
      const { replica } = given();
      const database = await usedThere();
      await there(
        `USE ${database}; UPDATE persons SET note = REVERSE(note) WHERE id <= 450; DELETE FROM bulk WHERE id % 10 = 0`,
      );
      const all = ['pull', '--from', 'aws', '--unsanitised', ...typed];
      const part = async () =>
        (await execa('find', [join(replica.dir, '.bootdev'), '-path', '*/local/data/*', '-type', 'f'])).stdout !== '';
      await killedWhen(part, ['data', ...all, '--now'], { carried: true });
      expect(await withBulk(here, await usedHere())).toBe(before);
      const ended = await data(...all);
      expect(ended.exitCode, ended.stderr).toBe(0);
      const after = await withBulk(there, database);
      expect(after).not.toBe(before);
      expect(await withBulk(here, await usedHere())).toBe(after);
      // One door back.
      await replica.ensure('undo', '--yes');
      expect(await withBulk(here, await usedHere())).toBe(before);
    });

    test('a pull without persons: nobody of there is here', async () => {
      const ended = await data('pull', '--from', 'aws', '--yes');
      expect(ended.exitCode, ended.stderr).toBe(0);
      const database = await usedHere();
      const count = (where: string) => here(`SELECT COUNT(DISTINCT email) FROM ${database}.persons WHERE ${where}`);
      expect(await count("email LIKE 'user-%@example.invalid'")).toBe('900');
      expect(await count("email LIKE '%firm%'")).toBe('0');
      expect(await here(`SELECT COUNT(*) FROM ${database}.bulk`)).toBe('18000');
    });

    test('a rehearsal of a good backup, of one with fewer rows, and of one that ends in the middle', async () => {
      const { bucket } = given();
      const databases = () => here('SELECT GROUP_CONCAT(schema_name ORDER BY 1) FROM information_schema.schemata');
      const [used, kept] = [await usedHere(), await databases()];
      const rehearse = () => data('rehearse', '--from', 'aws', ...typed);
      const good = await rehearse();
      expect(good.exitCode, good.stderr).toBe(0);
      expect(`${good.stdout}${good.stderr}`).toMatch(/can be restored: [\d,]+ rows of \d+ tables/);

      const newest = (await bucket.keys(/^backups\/\w+\.json$/)).sort().at(-1) ?? '';
      const key = newest.replace('.json', '.sql.gz');
      const [said, dump] = [await bucket.text(newest), await bucket.bytes(key)];
      await bucket.put(newest, said.replace('"persons":900', '"persons":901'));
      const fewer = await rehearse();
      expect(fewer.exitCode).toBe(1);
      expect(fewer.stderr).toContain('persons has 900 rows instead of 901');

      const half = gzipSync(gunzipSync(dump).subarray(0, -500));
      await bucket.put(key, half);
      await bucket.put(
        newest,
        said.replace(/"bytes":\d+,"sha256":"\w+"/, `"bytes":${half.length},"sha256":"${sha256(half)}"`),
      );
      const broken = await rehearse();
      expect([broken.exitCode, broken.stderr]).toEqual([1, expect.stringMatching(/not whole|no last line/)]);
      expect([await usedHere(), await databases()]).toEqual([used, kept]);
    });
  });

  describe('shared files between the sides', () => {
    const site = {
      here: async (line: string) =>
        docker('exec', await given().replica.container('admin'), 'site', 'sh', '-euc', `cd /srv/files; ${line}`),
      there: (line: string) => given().admin.exec('site', 'sh', '-euc', `cd /srv/files; ${line}`),
    };
    /** Owner, second and name of each file of ours, and its sum. */
    const all = `find public/between -type f -printf '%u %T@ %p\\n' | LC_ALL=C sort; find public/between -type f -exec sha256sum {} + | LC_ALL=C sort`;
    /** 20 MB are two parts of an upload. */
    const made = `mkdir -p 'public/between/a b'; cd public/between; head -c 20000000 /dev/urandom >big
      echo x >"$(printf 'line\\nbreak')"; echo y >"$(printf 'latin\\374')"; echo z >./-rf
      for number in $(seq 300); do echo $number >"a b/$number"; done; find . -type f -exec touch -d @1700000000 {} +`;

    test('a push that was killed goes on, and the environment has the files, which are the site’s', async () => {
      const { bucket } = given();
      await site.here(made);
      const parts = () => bucket.keys(/^files\/parts\//);
      const sending = async () => {
        if ((await parts()).length > 0) return true;
        await carry();
        return false;
      };
      await killedWhen(sending, ['files', 'push', '--to', 'aws', ...typed]);
      const [first = ''] = await parts();
      const since = await bucket.changed(first);
      const ended = await bootdev('files', 'push', '--to', 'aws', ...typed);
      expect(ended.exitCode, `${ended.all} ${ended.stderr}`).toBe(0);
      expect(await bucket.changed(first)).toEqual(since);
      const now = await site.there(all);
      expect(now).toBe(await site.here(all));
      expect(now).toContain('www-data 1700000000.0000000000 public/between/big');
      expect(now.match(/^www-data /gm)).toHaveLength(304);
      const again = await bootdev('files', 'push', '--to', 'aws', ...typed);
      expect(`${again.stdout}${again.stderr}`).toMatch(/has 0 files more or newer/);
    });

    test('a pull that was killed goes on: what differs there comes here, and nothing is deleted', async () => {
      const { bucket } = given();
      await site.here('echo stays >public/between/only-here');
      await site.there('echo new >public/between/new; echo other >"public/between/a b/7"; rm public/between/-rf');
      const packed = async () => (await bucket.keys(/^files\/packs\/\w+\.json$/)).length > 0;
      await killedWhen(packed, ['files', 'pull', '--from', 'aws', '--yes'], { carried: true });
      const ended = await bootdev('files', 'pull', '--from', 'aws', '--yes');
      expect(ended.exitCode, `${ended.all} ${ended.stderr}`).toBe(0);
      const words = await site.here('cd public/between; cat new "a b/7" only-here ./-rf; stat -c %U new "a b/7"');
      expect(words.split('\n')).toEqual(['new', 'other', 'stays', 'z', 'www-data', 'www-data']);
    });

    test('private files come after the name was typed', async () => {
      await site.there('echo secret >private/invoice');
      const pull = ['files', 'pull', '--from', 'aws', '--private'];
      const refused = await given().replica.bootdev(...pull, '--yes');
      expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining(`--confirm ${name}`)]);
      const ended = await bootdev(...pull, ...typed);
      expect(ended.exitCode, `${ended.all} ${ended.stderr}`).toBe(0);
      expect(await site.here('cat private/invoice')).toBe('secret');
    });
  });
}
