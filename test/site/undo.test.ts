/** `bootdev undo` of what is not data: the user's files, and the number of web machines. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { acceptFiles } from '../../src/project/own-config/accepted.ts';
import { scale } from '../../src/replica/scale.ts';
import { lastDone } from '../../src/site/undo.ts';
import { light, newReplica, play, type Replica } from '../replica/replica.ts';

const asking = async (replica: Replica, what?: string) =>
  lastDone(await replica.open({ asTold: true }), what, () => replica.open({ asTold: true }));
const undone = async (replica: Replica, what?: string) => {
  const { error } = await play((await asking(replica, what)).undo());
  expect(error).toBeUndefined();
};
const settingsOf = ({ dir }: Replica) => readFile(join(dir, 'bootdev.yaml'), 'utf8');
const bundleOf = ({ engine }: Replica) => engine.machine('web-1').machine?.digest;

test('settings that came with the last up go, with what they made of the machines; once more: the other way round', async () => {
  const replica = await newReplica(`${light}cache: { ttl: 10 }\n`);
  await replica.up();
  const [text, bundle] = [await settingsOf(replica), bundleOf(replica)];
  await replica.settings(`${light}cache: { ttl: 77 }\n`);
  await replica.up();
  const [newText, newBundle] = [await settingsOf(replica), bundleOf(replica)];
  expect(newBundle).not.toBe(bundle);
  expect((await asking(replica)).question).toMatch(/^Put back bootdev\.yaml of shop, as it was on .+ at \d\d:\d\d\?$/);
  await undone(replica);
  expect([await settingsOf(replica), bundleOf(replica)]).toEqual([text, bundle]);
  await undone(replica);
  expect([await settingsOf(replica), bundleOf(replica)]).toEqual([newText, newBundle]);
});

test('an edit that no machine has yet goes too, and is not lost', async () => {
  const replica = await newReplica(light);
  await replica.up();
  const text = await settingsOf(replica);
  await replica.settings(`${light}cache: { ttl: 77 }\n`);
  const edited = await settingsOf(replica);
  await undone(replica);
  expect(await settingsOf(replica)).toBe(text);
  await undone(replica);
  expect(await settingsOf(replica)).toBe(edited);
});

test('own files: one that was changed is as before, one that was new is gone, another one stays', async () => {
  const replica = await newReplica(light);
  const own = join(replica.dir, 'bootdev/php');
  await mkdir(own, { recursive: true });
  await writeFile(join(own, 'a.ini'), 'max_input_vars = 1000\n');
  await writeFile(join(own, 'kept.ini'), 'max_input_nesting_level = 30\n');
  await acceptFiles(await replica.open());
  expect((await replica.up()).error).toBeUndefined();
  await writeFile(join(own, 'a.ini'), 'max_input_vars = 2000\n');
  await writeFile(join(own, 'b.ini'), 'max_input_time = 30\n');
  expect((await replica.up()).error).toBeUndefined();
  expect((await asking(replica)).question).toContain('bootdev/php/a.ini, bootdev/php/b.ini of shop, as they were');
  await undone(replica);
  expect(await readFile(join(own, 'a.ini'), 'utf8')).toBe('max_input_vars = 1000\n');
  await expect(readFile(join(own, 'b.ini'))).rejects.toThrow('ENOENT');
  expect(await readFile(join(own, 'kept.ini'), 'utf8')).toContain('30');
});

test('a scale, though the settings say another number; and what was done last comes first', async () => {
  const replica = await newReplica(light);
  await replica.up();
  await play(scale(await replica.open(), { web: 3 }));
  const webs = () => replica.engine.containers.filter(({ name }) => /-web-\d$/.test(name)).length;
  expect(webs()).toBe(3);
  expect((await asking(replica)).question).toBe('Back to 2 web machines of shop?');
  await undone(replica, 'scale');
  expect(webs()).toBe(2);
  replica.engine.lastOfData = `import site2 ${Math.floor(Date.now() / 1000) + 60}`;
  expect((await asking(replica)).question).toBe('Undo the last import of shop?');
});

test('nothing of it: what there is instead', async () => {
  const replica = await newReplica(light);
  await replica.up();
  await expect(asking(replica)).rejects.toMatchObject({ message: 'There is nothing to undo.', code: 2 });
  await play(scale(await replica.open(), { web: 3 }));
  await expect(asking(replica, 'restore')).rejects.toMatchObject({ hint: 'bootdev undo scale' });
});
