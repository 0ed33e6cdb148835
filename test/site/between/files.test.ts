/** `bootdev files push` and `pull`, with docker/roles/backup as it is on the other side (admin-machine.ts). */
import { randomBytes } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { sha256 } from '../../../src/bundle/digest.ts';
import type { Event } from '../../../src/events.ts';
import { aws, type Bucket } from '../../../src/io/aws/aws.ts';
import type { Context } from '../../../src/project/context.ts';
import { completeSettings } from '../../../src/settings/schema.ts';
import { pullFiles } from '../../../src/site/between/pull-files.ts';
import { pushFiles } from '../../../src/site/between/push-files.ts';
import { refuseOwnFiles } from '../../../src/site/between/shared-files.ts';
import { listLocal } from '../../../src/site/files/local-folder.ts';
import { FakeAws } from '../../fakes/aws.ts';
import { needs } from '../../needs.ts';
import { lay, type Sides, twoSides } from './admin-machine.ts';

let cloud: FakeAws;
let bucket: Bucket;
let sides: Sides;
beforeAll(async () => {
  cloud = await new FakeAws().start();
  for (const [name, value] of Object.entries(cloud.env)) vi.stubEnv(name, value);
  bucket = await aws({ region: 'eu-west-1' }).bucket('artifacts');
});
afterAll(async () => {
  await cloud.stop();
  vi.unstubAllEnvs();
});
beforeEach(async () => {
  cloud.s3.buckets.set('artifacts', new Map());
  cloud.calls.length = 0;
  sides = await twoSides(cloud.url);
});

const options = { isPrivate: false, generated: false, limits: { bytes: 50_000, files: 3 } };
const side = (own = bucket) => ({ name: 'production', bucket: own });
const pull = (context: Context, own?: Bucket) => withAdmin(pullFiles(context, side(own), options));
const push = (context: Context, own?: Bucket) => withAdmin(pushFiles(context, side(own), options, 16_000));

/** The admin machine looks until the command has ended. */
async function withAdmin(events: AsyncGenerator<Event, void>): Promise<Event[]> {
  let ended = false;
  const command = (async () => {
    const seen: Event[] = [];
    for await (const event of events) seen.push(event);
    return seen;
  })().finally(() => {
    ended = true;
  });
  command.catch(() => undefined);
  while (!ended) {
    if (cloud.s3.keys('artifacts').some((key) => key.startsWith('requests/'))) await sides.look();
    await setTimeout(10);
  }
  return command;
}

/** What is there: path, size, second, and digest. */
async function content(root: string) {
  const { files } = listLocal(root);
  const rows = [...files].map(async ([path, { size, time }]) => {
    const bytes = await readFile(Buffer.from(`${root}/${path}`, 'latin1'));
    return `${path} ${size} ${time} ${sha256(bytes)}`;
  });
  return (await Promise.all(rows)).sort();
}
const calls = (pattern: RegExp) => cloud.calls.filter((call) => pattern.test(call)).length;

/** Names as sites have them, or nobody should; a file that is larger than a batch; and one that the site makes again. */
const files = {
  'a.jpg': 'a',
  '2024/ü ñ.txt': 'latin1, and no UTF-8',
  'line\nbreak': 'two lines',
  '-rf': 'an option',
  '--files-from=x': 'another',
  './..hidden/..x..': 'dots',
  'quote"\\$(id)': 'a shell',
  empty: '',
  'large.mp4': randomBytes(120_000),
};
const generated = { 'styles/thumb/a.jpg': 'made again', 'css/x.css': 'too' };

describe('shared files between two sides', () => {
  needs(process.platform === 'linux', "GNU's find and tar");
  const here = () => `${sides.here}/public`;
  const there = () => `${sides.there}/public`;

  test('a pull fetches what differs, in batches, whatever it is called, and deletes nothing', async () => {
    await lay(there(), { ...files, ...generated });
    await lay(here(), { 'only-here': 'stays', 'a.jpg': 'b' }); // of the same size and second: not seen
    await lay(here(), { empty: '' }, 1_600_000_000);
    const seen = await pull(await sides.context());
    await rm(join(there(), 'styles'), { recursive: true });
    await rm(join(there(), 'css'), { recursive: true });
    await lay(there(), { 'only-here': 'stays', 'a.jpg': 'b' });
    expect(await content(here())).toEqual(await content(there()));
    expect(seen).toContainEqual(expect.objectContaining({ text: expect.stringContaining('css, js, php, styles') }));
    expect(seen).toContainEqual(expect.objectContaining({ type: 'progress', id: 'pull', total: expect.any(Number) }));
    expect(seen.at(-1)).toMatchObject({
      ...{ type: 'done', seconds: expect.any(Number) },
      text: 'shop has 8 files more or newer (0.0 MB); 1 file there already',
    });
    expect(cloud.s3.keys('artifacts').filter((key) => /^files\/packs\/\w+\.tar$/.test(key))).toHaveLength(4);
  });

  test('a pull that was stopped asks for the rest alone', async () => {
    await lay(there(), files);
    const stop = new AbortController();
    let packs = 0;
    const stopping: Bucket = {
      ...bucket,
      piece: async (key, ...range) => {
        if (key.startsWith('files/packs/')) packs += 1;
        if (packs === 2) stop.abort();
        return bucket.piece(key, ...range);
      },
    };
    await expect(pull(await sides.context(stop.signal), stopping)).rejects.toMatchObject({ code: 130 });
    const taken = listLocal(here()).files.size;
    expect(taken).toBeGreaterThan(0);
    expect(cloud.s3.keys('artifacts').filter((key) => key.startsWith('requests/'))).toEqual([]);
    const seen = await pull(await sides.context());
    expect(await content(here())).toEqual(await content(there()));
    expect(seen.at(-1)).toMatchObject({ text: expect.stringContaining(`${9 - taken} files more or newer`) });
  });

  test('a pack with another byte is found before anything of it is imported', async () => {
    await lay(there(), { 'a.jpg': 'a' });
    const flipping: Bucket = {
      ...bucket,
      piece: async (key, ...range) => {
        const bytes = await bucket.piece(key, ...range);
        if (key.startsWith('files/packs/')) bytes[0] = (bytes[0] ?? 0) ^ 1;
        return bytes;
      },
    };
    await expect(pull(await sides.context(), flipping)).rejects.toMatchObject({
      message: expect.stringMatching(/^files\/packs\/\w+ is damaged/),
      hint: 'the same command again: it makes another one',
    });
    expect(listLocal(here()).files.size).toBe(0);
    await pull(await sides.context());
    expect(await content(here())).toEqual(await content(there()));
  });

  test('a push sends what differs, and says what was replaced', async () => {
    await lay(here(), { ...files, ...generated });
    await lay(there(), { 'only-there': 'stays', 'a.jpg': 'older' });
    const seen = await push(await sides.context());
    expect(seen).toContainEqual(
      expect.objectContaining({
        text: expect.stringMatching(/^1 file had other contents there/),
        hint: 'bootdev purge --on aws --all',
      }),
    );
    expect(seen.at(-1)).toMatchObject({ text: expect.stringMatching(/^production has 9 files more or newer/) });
    await lay(here(), { 'only-there': 'stays' });
    for (const folder of ['styles', 'css']) await rm(join(here(), folder), { recursive: true });
    expect(await content(there())).toEqual(await content(here()));
    cloud.calls.length = 0;
    const again = await push(await sides.context());
    expect(again.at(-1)).toMatchObject({
      text: 'production has 0 files more or newer (0.0 MB); 10 files there already',
    });
    expect(calls(/PUT .*\/files\/(?:parts|sent)/)).toBe(0);
  });

  test('a push that was stopped sends each part once', async () => {
    await lay(here(), files);
    const stop = new AbortController();
    let sent = 0;
    const stopping: Bucket = {
      ...bucket,
      put: async (key, body) => {
        await bucket.put(key, body);
        if (key.startsWith('files/parts/')) sent += 1;
        if (sent === 6) stop.abort();
      },
    };
    await expect(push(await sides.context(stop.signal), stopping)).rejects.toMatchObject({ code: 130 });
    expect(sent).toBe(6);
    await push(await sides.context());
    expect(await content(there())).toEqual(await content(here()));
    const parts = cloud.calls.filter((call) => /PUT .*\/files\/parts\//.test(call));
    expect(parts.length).toBeGreaterThan(6);
    expect(new Set(parts).size).toBe(parts.length);
  });

  test('a part that is not what was sent stops the push, and is sent again by the next one', async () => {
    await lay(here(), files);
    let first = true;
    const damaging: Bucket = {
      ...bucket,
      put: async (key, body) => {
        const damaged = first && key.startsWith('files/parts/');
        if (damaged) first = false;
        await bucket.put(key, damaged ? 'something else' : body);
      },
    };
    await expect(push(await sides.context(), damaging)).rejects.toMatchObject({
      message: expect.stringContaining('what came is not what was sent'),
    });
    await push(await sides.context());
    expect(await content(there())).toEqual(await content(here()));
  });

  test('the private ones go alone, and what machines keep there for themselves stays', async () => {
    await lay(`${sides.there}/private`, {
      'invoice.pdf': 'x',
      '.machines/web-1': '1',
      '.mail/queue/1': 'x',
      '.cron-last': '{}',
      '.tidy-lock': '',
      '.report-runs': '{}',
      '.report-runs.new': '{',
    });
    await lay(there(), files);
    await withAdmin(pullFiles(await sides.context(), side(), { ...options, isPrivate: true }));
    expect([...listLocal(`${sides.here}/private`).files.keys()]).toEqual(['invoice.pdf']);
    expect(listLocal(sides.here).files.size).toBe(1);
  });

  test.each([
    ['a path that leads out', (sum: string) => `pack-files ${sum} public`, 'a path leads elsewhere'],
    ['another place', (sum: string) => `pack-files ${sum} ../../etc`, 'this machine does not know that'],
    ['what is no sum', () => 'take-files ../x public', 'this machine does not know that'],
    ['what is not there', () => `take-files ${'0'.repeat(64)} public`, 'what was to come is not in the bucket'],
  ])('the machine refuses %s', async (_, words, text) => {
    await lay(there(), files);
    await lay(sides.there, { secret: 'x' });
    const list = Buffer.from('1 1700000000 2024/../../secret\0');
    await bucket.put(`files/asked/${sha256(list)}`, list);
    await bucket.put('requests/aaaa-bbbb', words(sha256(list)));
    await sides.look();
    const answer = JSON.parse((await bucket.get('answers/aaaa-bbbb.json'))?.text ?? '');
    expect(answer).toMatchObject({ state: 'failed', text: expect.stringContaining(text) });
    expect(cloud.s3.keys('artifacts').filter((key) => /packs|taken|requests/.test(key))).toEqual([]);
  });

  test('it reads and writes where its role may (cfn/60-web.yaml)', async () => {
    await lay(here(), { 'from-here': 'x' });
    await lay(there(), { 'from-there': 'y' });
    await push(await sides.context());
    await pull(await sides.context());
    const heard = (await sides.heard()).flatMap((line) => {
      const [, folder] = /^\/artifacts\/(files\/\w+)\//.exec(line) ?? [];
      return folder ? [`${/ -T | POST /.test(line) ? 'writes' : 'reads'} ${folder}`] : [];
    });
    const [, role = ''] = (await readFile('cfn/60-web.yaml', 'utf8')).split('  AdminRole:\n');
    const may = Object.entries({ Data: 'reads', BackupsForOthers: 'writes' }).flatMap(([sid, does]) => {
      const [, statement = ''] = role.split(`- Sid: ${sid}\n`);
      return [...(statement.split('- Sid:')[0] ?? '').matchAll(/\/(files\/\w+)\/\*/g)].map(([, to]) => `${does} ${to}`);
    });
    expect([...new Set(heard)].sort()).toEqual(may.sort());
  });
});

test('an admin machine of an older bootdev is named, with what to type', async () => {
  const pulling = pullFiles(await sides.context(), side(), options);
  const answering = (async () => {
    const keys = () => cloud.s3.keys('artifacts').filter((key) => key.startsWith('requests/'));
    await vi.waitFor(() => expect(keys()).toHaveLength(1), 10_000);
    const answer = { state: 'failed', text: 'this machine does not know that' };
    await bucket.put(`answers/${keys()[0]?.slice('requests/'.length)}.json`, JSON.stringify(answer));
  })();
  const ended = (async () => {
    for await (const _ of pulling);
  })();
  await expect(ended).rejects.toMatchObject({
    message: expect.stringContaining('of an older bootdev'),
    hint: 'bootdev promote',
  });
  await answering;
});

test('where each machine has files of its own, there is nothing to share', () => {
  refuseOwnFiles(completeSettings({ files: { store: 'gluster' } }));
  expect(() => refuseOwnFiles(completeSettings({ files: { store: 'volume' } }))).toThrow(/none are shared/);
});
