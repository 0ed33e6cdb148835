import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeIo } from '../../../src/io/io.ts';
import type { Context } from '../../../src/project/context.ts';
import { rollbackTo } from '../../../src/site/deploy/deploy.ts';
import { removeOld, writeRecord } from '../../../src/site/deploy/records.ts';

const id = (minute: number) => `20261130-12${minute}00-1a2b3c4`;
/** The oldest first: whether it was served, and the snapshot of before its updates. The newest that was served serves. */
async function site(...all: { served: boolean; updated?: string }[]): Promise<Context> {
  const dir = await mkdtemp(join(tmpdir(), 'bootdev-releases-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const deployed = id(10 + all.findLastIndex(({ served }) => served));
  const context = {
    ...{ io: makeIo(), paths: { releases: dir }, state: { ports: {}, deployed } },
    settings: { code: { git: 'https://git.example.org/shop.git', mode: 'release' } },
  } as unknown as Context;
  for (const [index, { served, updated }] of all.entries()) {
    await context.io.files.makeFolder(join(dir, id(10 + index)));
    const texts = { commit: 'a'.repeat(40), ref: 'main', subject: 'x', at: '', built: '' };
    const made = { ...texts, seconds: 1, serves: false, updated, ...(served ? { served: 'then' } : {}) };
    await writeRecord(context, { id: id(10 + index), ...made });
  }
  return context;
}

test('the one before is one that was served: not what a failed or stopped deploy has left', async () => {
  const context = await site({ served: true }, { served: false }, { served: false }, { served: true });
  expect((await rollbackTo(context, { database: false })).to.id).toBe(id(10));
  expect((await rollbackTo(context, { id: id(11), database: false })).to.id).toBe(id(11)); // by its name
  await expect(rollbackTo(await site({ served: false }, { served: true }), { database: false })).rejects.toThrow(
    'There is no release before this one.',
  );
});

test('updates since then: refused without the data, else the snapshot of before the first of them', async () => {
  const context = await site({ served: true }, { served: true, updated: 'one' }, { served: true, updated: 'two' });
  await expect(rollbackTo(context, { id: id(10), database: false })).rejects.toThrow('was updated since');
  expect((await rollbackTo(context, { id: id(10), database: true })).snapshot).toBe('one');
  expect((await rollbackTo(context, { database: true })).snapshot).toBe('two');
});

test('what is kept: the newest that were served, and the one that serves', async () => {
  const context = await site(
    { served: true },
    { served: true },
    { served: false },
    { served: true },
    { served: false },
  );
  await context.io.files.makeFolder(join(context.paths.releases, id(20))); // a deploy that was killed before its record
  await removeOld(context, 2);
  expect((await readdir(context.paths.releases)).sort()).toEqual([id(11), `${id(11)}.json`, id(13), `${id(13)}.json`]);
});
