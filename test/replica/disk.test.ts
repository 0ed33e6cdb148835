import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { disk, diskUse, prune } from '../../src/replica/disk.ts';
import { newReplica, only, play } from './replica.ts';

it('has this replica’s volumes and images, and what nothing uses', async () => {
  const replica = await newReplica();
  await replica.up();
  const { engine } = replica;
  engine.volumes.set('other_bundle', { name: 'other_bundle', key: 'bundle', project: 'other', files: new Map() });
  engine.images.set('bootdev/web:0ld', engine.newId());
  engine.images.set('somebody/web:1', engine.newId());
  const { events } = await play(disk(await replica.open()));
  const [use] = only(events, 'disk').map((event) => event.disk);
  expect(use?.volumes.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['bundle', 'code', 'mysql-9.7', 'files']),
  );
  expect(use?.volumes.find(({ name }) => name === 'bundle')?.bytes).toBeGreaterThan(100_000);
  expect(use?.images.map(({ name }) => name.replace(/:.*/, ''))).toEqual(
    ['base', 'loader', 'lb', 'web', 'admin', 'mysql', 'memcached', 's3', 'mail'].map((name) => `bootdev/${name}`),
  );
  expect(use?.old).toEqual([{ name: 'bootdev/web:0ld', bytes: 100_000_000 }]);
});

it('prune deletes what is old and nothing else; not an image that a container is made from', async () => {
  const replica = await newReplica();
  await replica.up();
  const { engine } = replica;
  const used = [...engine.images.keys()].sort();
  engine.images.set('bootdev/web:0ld', engine.newId());
  // Of another project: its container is made from it.
  engine.images.set('bootdev/web:other', engine.newId());
  const id = engine.images.get('bootdev/web:other') ?? '';
  engine.containers.push({ ...engine.machine('web-1'), id: 'x', name: 'other-web-1', project: 'other', imageId: id });
  const context = await replica.open();
  const archive = join(context.paths.packages, 'web-0123456789ab-01234567');
  await mkdir(archive, { recursive: true });
  await writeFile(join(archive, 'packages.tar'), '12345');
  const use = await diskUse(context);
  expect(use.oldPackages).toEqual([{ name: 'web-0123456789ab-01234567', bytes: 5 }]);
  const { events, error } = await play(prune(context, use));
  expect(error).toBeUndefined();
  expect(events.at(-1)).toEqual({ type: 'done', text: '2 deleted.' });
  expect(
    only(events, 'step')
      .filter(({ state }) => state === 'done')
      .map(({ text }) => text),
  ).toEqual(['delete bootdev/web:0ld', 'delete packages web-0123456789ab-01234567']);
  expect([...engine.images.keys()].sort()).toEqual([...used, 'bootdev/web:other'].sort());
  expect(await readdir(context.paths.packages)).toEqual([]);
  expect((await play(prune(context, await diskUse(context)))).events).toEqual([
    { type: 'done', text: 'Nothing to delete.' },
  ]);
});
