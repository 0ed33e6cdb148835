/** What `bootdev data` does with the bucket of an environment on AWS; the machine on the other side is test/instance/boot.test.ts. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Event } from '../../../src/events.ts';
import { aws, type Bucket } from '../../../src/io/aws/aws.ts';
import { makeIo } from '../../../src/io/io.ts';
import type { Context } from '../../../src/project/context.ts';
import { paths } from '../../../src/project/paths.ts';
import { completeSettings } from '../../../src/settings/schema.ts';
import { askAdmin } from '../../../src/site/between/ask-admin.ts';
import { newestBackup } from '../../../src/site/between/backups.ts';
import { download } from '../../../src/site/between/download.ts';
import { pull } from '../../../src/site/between/pull.ts';
import { push } from '../../../src/site/between/push.ts';
import { FakeAws } from '../../fakes/aws.ts';

let cloud: FakeAws;
let bucket: Bucket;
beforeAll(async () => {
  cloud = await new FakeAws().start();
  for (const [name, value] of Object.entries(cloud.env)) vi.stubEnv(name, value);
  bucket = await aws({ region: 'eu-west-1' }).bucket('artifacts');
});
afterAll(async () => {
  await cloud.stop();
  vi.unstubAllEnvs();
});
beforeEach(() => {
  cloud.s3.buckets.set('artifacts', new Map());
  cloud.calls.length = 0;
});

const time = '20261129T024000Z';
const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** As the admin machine leaves it. */
function leave(kind: 'backups' | 'sanitised', bytes: Buffer, change: object = {}, at = time) {
  const moment = '2026-11-29T02:40:00Z';
  const about = { time: at, bytes: bytes.length, sha256: digest(bytes), moment, engine: 'mysql', version: '9.7.1' };
  cloud.s3.put('artifacts', `${kind}/${at}.sql.gz`, bytes);
  cloud.s3.put('artifacts', `${kind}/${at}.json`, JSON.stringify({ ...about, broken: [], tables: {}, ...change }));
}

/** Of a project in a folder that is removed; its clock hardly waits. */
async function project(signal = new AbortController().signal) {
  const dir = await mkdtemp(join(tmpdir(), 'bootdev-between-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const io = makeIo();
  let now = 0;
  const clock = {
    now: () => now,
    pause: async (ms: number) => {
      now += ms * 10;
      await setTimeout(5);
    },
  };
  const settings = completeSettings({ site: { name: 'shop' } });
  const context = { io: { ...io, clock }, paths: paths(dir, 'local'), env: 'local', signal, settings };
  return { context: context as unknown as Context, folder: join(dir, '.bootdev/local/data') };
}

async function end<Result>(events: AsyncGenerator<Event, Result>) {
  const seen: Event[] = [];
  for (;;) {
    const next = await events.next();
    if (next.done) return { result: next.value, seen };
    seen.push(next.value);
  }
}
const asked = () => cloud.calls.filter((call) => call === 's3:GET /artifacts/backups/20261129T024000Z.sql.gz').length;

describe('the newest backup', () => {
  test('is the last one that is whole: a dump without what is said of it is none', async () => {
    leave('backups', Buffer.from('old'), {}, '20261128T024000Z');
    leave('backups', Buffer.from('new'));
    cloud.s3.put('artifacts', 'backups/20261130T024000Z.sql.gz', 'half');
    cloud.s3.put('artifacts', 'backups/mine.json', '{}');
    expect(await newestBackup(bucket)).toMatchObject({ time, key: `backups/${time}.sql.gz`, bytes: 3 });
  });

  test('is not there yet, or nobody can read what is said of it', async () => {
    await expect(newestBackup(bucket)).rejects.toMatchObject({
      message: expect.stringMatching(/^There is no backup yet/),
    });
    leave('backups', Buffer.from('x'), { bytes: 'many' });
    await expect(newestBackup(bucket)).rejects.toThrow(`What is said of the backup ${time} cannot be read.`);
  });
});

describe('a download', () => {
  const bytes = randomBytes(20_000); // three pieces

  test('goes on where it was stopped, and what is whole is not fetched again', async () => {
    leave('backups', bytes);
    const backup = await newestBackup(bucket);
    const stop = new AbortController();
    const { context, folder } = await project(stop.signal);
    const first = download({ ...context, signal: stop.signal }, stopsAfter(1, stop), backup, 8_000);
    await expect(end(first)).rejects.toMatchObject({ code: 130, hint: 'the same command goes on where it was' });
    expect((await stat(join(folder, `backups-${time}.sql.gz.part`))).size).toBe(8_000);
    expect(asked()).toBe(1);
    const going = { ...context, signal: new AbortController().signal };
    const { result } = await end(download(going, bucket, backup, 8_000));
    expect(asked()).toBe(3);
    expect(digest(await readFile(result))).toBe(digest(bytes));
    expect((await stat(result)).mode & 0o777).toBe(0o600);
    await end(download(going, bucket, backup, 8_000));
    expect(asked()).toBe(3);
  });

  /** Ctrl-C after so many pieces. */
  const stopsAfter = (pieces: number, stop: AbortController): Bucket => ({
    ...bucket,
    piece: async (...args) => {
      const taken = await bucket.piece(...args);
      pieces -= 1;
      if (pieces === 0) stop.abort();
      return taken;
    },
  });

  test('survives a connection that is cut', async () => {
    leave('backups', bytes.subarray(0, 1000));
    const backup = await newestBackup(bucket);
    cloud.dropped = 2;
    const { context } = await project();
    expect((await readFile((await end(download(context, bucket, backup))).result)).length).toBe(1000);
  });

  test('with a byte that is another one is refused, and nothing of it stays', async () => {
    leave('backups', bytes.subarray(0, 1000), { sha256: digest(bytes) });
    const { context, folder } = await project();
    await expect(end(download(context, bucket, await newestBackup(bucket)))).rejects.toThrow(/is damaged/);
    expect(await readdir(folder)).toEqual([]);
  });
});

/** As docker/roles/backup: looks, answers, deletes the request. */
async function answer(states: [string, string][]) {
  const keys = () => cloud.s3.keys('artifacts').filter((key) => key.startsWith('requests/'));
  await vi.waitFor(() => expect(keys()).toHaveLength(1), 20_000);
  const [key = ''] = keys();
  const words = (await bucket.get(key))?.text;
  const at = key.replace('requests/', 'answers/');
  for (const [state, text] of states) await bucket.put(`${at}.json`, JSON.stringify({ state, text }));
  await bucket.remove(key);
  return { words, key };
}

describe('what the admin machine is asked for', () => {
  const request = { words: `sanitise ${time}`, text: 'sanitise', again: true };
  test('is done', async () => {
    const { context } = await project();
    const [{ result }, { words }] = await Promise.all([
      end(askAdmin(context, bucket, request)),
      answer([
        ['working', 'sanitise'],
        ['done', time],
      ]),
    ]);
    expect([result, words]).toEqual([time, `sanitise ${time}`]);
  });

  test('who asks again after a stop asks for the same, and an answer of before counts no more', async () => {
    const { context } = await project();
    const both = async (state: string) => {
      const asking = end(askAdmin(context, bucket, request)).catch((error: Error) => error.message);
      const { key } = await answer([[state, 'full']]);
      return [key, await asking] as const;
    };
    const [key, failed] = await both('failed');
    expect(failed).toBe('The admin machine could not do it: full');
    const [same, done] = await both('done');
    expect(same).toBe(key);
    expect(done).toMatchObject({ result: 'full' });
  });

  test('is withdrawn where nobody answers', async () => {
    const { context } = await project();
    await expect(end(askAdmin(context, bucket, request))).rejects.toThrow(/has not answered for eight minutes/);
    expect(cloud.s3.keys('artifacts')).toEqual([]);
  });
});

test('somebody who is left in it is found before it is imported, and what came is deleted', async () => {
  const dump = "CREATE TABLE `a` (\n  `b` text\n);\nINSERT INTO `a` VALUES ('anna@firm.de');\n-- Dump completed\n";
  leave('backups', Buffer.from('never fetched'));
  leave('sanitised', gzipSync(dump));
  const { context, folder } = await project();
  const pulling = end(pull(context, { name: 'production', bucket }, { now: false, sanitised: true }));
  await expect(pulling).rejects.toThrow(
    /something of persons in it, so it was deleted here[\s\S]*\n {2}a: mail address × 1/,
  );
  expect(await readdir(folder)).toEqual([]);
  expect(asked()).toBe(0);
});

describe('a push', () => {
  const rows = randomBytes(36_000); // three parts
  const said = `{"moment":"${new Date().toISOString()}","tables":{"b":1,"1":2}}`;
  /** A replica whose admin machine dumps that. */
  async function replica(stop?: AbortController) {
    const { context, folder } = await project(stop?.signal);
    const dumps = { count: 0 };
    const containers = async () => [{ id: 'a', service: 'admin', number: 1, state: 'running' }];
    const stream = async function* () {
      dumps.count += 1;
      yield rows;
      return { exitCode: 0, stdout: '', stderr: '' };
    };
    const docker = { containers, exec: async () => ({ code: 0, stdout: `${said}\n`, stderr: '' }) };
    const own = { ...context, project: 'p', io: { ...context.io, docker, stream } } as unknown as Context;
    return { context: own, dumps, folder: folder.replace(/data$/, 'push') };
  }
  const keys = () => cloud.s3.keys('artifacts').filter((key) => key.startsWith('pushes/'));

  test('goes on where it was stopped, with the same dump, and each part once; the other side gets every word of what is said', async () => {
    const stop = new AbortController();
    const { context, dumps, folder } = await replica();
    const stopping: Bucket = {
      ...bucket,
      put: async (...args) => {
        await bucket.put(...args);
        stop.abort();
      },
    };
    const first = end(push({ ...context, signal: stop.signal }, { name: 'production', bucket: stopping }, 16_000));
    await expect(first).rejects.toMatchObject({ code: 130, hint: 'the same command goes on where it was' });
    expect([keys().length, dumps.count]).toEqual([1, 1]);
    cloud.calls.length = 0;
    const [{ seen }, { words = '' }] = await Promise.all([
      end(push(context, { name: 'production', bucket }, 16_000)),
      answer([['done', 'x']]),
    ]);
    expect(dumps.count).toBe(1);
    expect(seen).toContainEqual(
      expect.objectContaining({ type: 'notice', text: expect.stringMatching(/goes on with the dump of/) }),
    );
    const [, sum = ''] = words.split(' ');
    expect(words).toBe(`take ${sum}`);
    const stored = await Promise.all(
      ['0001', '0002', '0003'].map((part) => bucket.piece(`pushes/${sum}/${part}`, 0, 1e9)),
    );
    expect(digest(Buffer.concat(stored))).toBe(sum);
    expect(gunzipSync(Buffer.concat(stored)).equals(rows)).toBe(true);
    const bytes = stored.reduce((all, part) => all + part.length, 0);
    const about = `{"bytes":${bytes},"parts":3,"sha256":"${sum}",${said.slice(1)}`;
    expect((await bucket.get(`pushes/${sum}/about.json`))?.text).toBe(about);
    expect(cloud.calls.filter((call) => /PUT .*pushes.*\/0001$/.test(call))).toEqual([]);
    expect(await readdir(folder).catch(() => [])).toEqual([]);
  });

  test('that is refused there keeps its dump for an hour, and then makes another one', async () => {
    const { context, dumps } = await replica();
    const pushing = async () => {
      const asking = end(push(context, { name: 'production', bucket }, 16_000)).catch((error: Error) => error.message);
      await answer([['failed', 'line 9: no such engine']]);
      return asking;
    };
    expect(await pushing()).toBe('The admin machine could not do it: line 9: no such engine');
    await pushing();
    expect(dumps.count).toBe(1);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_700_000 });
    onTestFinished(() => void vi.useRealTimers());
    await pushing();
    expect(dumps.count).toBe(2);
  });
});
