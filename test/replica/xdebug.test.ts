/** `bootdev xdebug` on the fake engine: a machine more, and nothing else is another. */
import { expect, it } from 'vitest';
import { makeBundle } from '../../src/bundle/bundle.ts';
import { imageTags } from '../../src/images/tags.ts';
import { down } from '../../src/replica/down.ts';
import { rehearsal } from '../../src/replica/rehearsal.ts';
import { status } from '../../src/replica/status.ts';
import { off, on, tell } from '../../src/replica/xdebug/xdebug.ts';
import { newReplica, only, play, type Replica } from './replica.ts';

const machine = ({ engine }: Replica) => engine.containers.find(({ service }) => service.name === 'xdebug');
const turnedOn = async (replica: Replica) => {
  const { error } = await play(on(await replica.open({ asTold: true })));
  if (error) throw error;
};

it('adds one machine, with its image, and touches no other', async () => {
  const replica = await newReplica();
  await replica.up();
  const before = replica.ids();
  await turnedOn(replica);
  const { [machine(replica)?.name ?? '']: id, ...others } = replica.ids();
  expect(id).toBeDefined();
  expect(others).toEqual(before);
  expect(machine(replica)?.service.environment).toMatchObject({ BOOTDEV_KIND: 'xdebug', BOOTDEV_MACHINE: 'xdebug' });
});

it('what would be promoted is the same on and off: bundle, images, rehearsal', async () => {
  const replica = await newReplica();
  await replica.up();
  const promoted = async () => {
    const { settings, sources, own, state } = await replica.open();
    const { root, machines } = makeBundle(settings, sources.docker, own);
    const { rehearsed } = state;
    return { root, rehearsed, kinds: [...machines.keys()], tags: [...imageTags(settings, sources.docker, 'packages')] };
  };
  const before = await promoted();
  await turnedOn(replica);
  expect(await promoted()).toEqual(before);
  expect(before.rehearsed).toBe(before.root);
  const { done, text } = await rehearsal(await replica.open(), before);
  expect([done, text]).toEqual([true, 'replica: same, 9 of 9 machines']);
});

it('is another web machine than the others by its times and its cache alone', async () => {
  const replica = await newReplica();
  await replica.up();
  await turnedOn(replica);
  const files = (name: string) => replica.engine.machine(name).machine?.live ?? new Map();
  const [web, debug] = [files('web-1'), files('xdebug')];
  const text = (path: string, of: typeof web) => of.get(path)?.bytes.toString() ?? '';
  const different = [...debug.keys()].filter((path) => text(path, web) !== text(path, debug)).sort();
  expect(different).toEqual([
    ...['etc/nginx/cache.conf', 'etc/nginx/cached.conf', 'etc/nginx/pages.js', 'etc/nginx/php.conf'],
    ...['etc/nginx/waiting.conf'],
    ...['etc/php/bootdev.ini', 'etc/php/php-fpm.conf', 'etc/php/prelude/rules.php', 'roles/xdebug/provision.sh'],
  ]);
  expect(text('etc/php/php-fpm.conf', debug)).toMatch(/^request_terminate_timeout = 3600s$/m);
  expect(text('etc/nginx/php.conf', debug)).toMatch(/^fastcgi_read_timeout 3602s;$/m);
});

it('stays over up, and over down and up, with the files of now', async () => {
  const replica = await newReplica();
  await replica.up();
  await turnedOn(replica);
  const id = machine(replica)?.id;
  await replica.settings('search: { engine: none }\nfiles: { store: volume }\nphp: { memoryLimit: 300 }\n');
  expect((await replica.up()).error).toBeUndefined();
  const ini = replica.engine.machine('xdebug').machine?.live.get('etc/php/bootdev.ini')?.bytes.toString();
  expect([machine(replica)?.id, /^memory_limit = (.*)$/m.exec(ini ?? '')?.[1]]).toEqual([id, '300M']);
  await play(down(await replica.open()));
  expect(machine(replica)).toBeUndefined();
  await replica.up();
  expect(machine(replica)).toBeDefined();
});

it('off takes it away and leaves nothing; a replica that does not run is not started', async () => {
  const replica = await newReplica();
  await replica.up();
  const before = replica.ids();
  await turnedOn(replica);
  const { events } = await play(off(await replica.open({ asTold: true })));
  expect(events.at(-1)).toEqual({ type: 'done', text: 'Xdebug is off.' });
  expect(replica.ids()).toEqual(before);
  expect((await replica.open()).state).not.toHaveProperty('xdebug');
  await turnedOn(replica);
  await play(down(await replica.open()));
  await play(off(await replica.open({ asTold: true })));
  expect(replica.ids()).toEqual({});
});

it('is in the status while it is on', async () => {
  const replica = await newReplica();
  await replica.up();
  const look = async () => only((await play(status(await replica.open()))).events, 'status')[0]?.status;
  const before = await look();
  await turnedOn(replica);
  const after = await look();
  expect(after?.root).toBe(before?.root);
  expect(after?.machines.map(({ name }) => name)).toEqual([
    ...(before?.machines.map(({ name }) => name) ?? []),
    'xdebug',
  ]);
  expect(after?.machines.at(-1)).toMatchObject({ state: 'healthy' });
  expect(after?.notes?.join()).toContain('Xdebug is on');
});

it('is refused where a CDN stands before the balancer, and then nothing is remembered', async () => {
  const replica = await newReplica('search: { engine: none }\nfiles: { store: volume }\ncdn: { enabled: true }\n');
  const { error } = await play(on(await replica.open()));
  expect(error).toMatchObject({ code: 2, message: expect.stringContaining('through a CDN') });
  expect((await replica.open()).state).not.toHaveProperty('xdebug');
});

it('that did not start is not on', async () => {
  const replica = await newReplica();
  await replica.up();
  replica.engine.crashing.set('xdebug', { exitCode: 1, log: 'no' });
  expect((await play(on(await replica.open()))).error).toBeDefined();
  expect((await replica.open()).state).not.toHaveProperty('xdebug');
});

it('says what an IDE needs', async () => {
  const replica = await newReplica();
  await replica.up();
  const said = async () => only((await play(tell(await replica.open()))).events, 'xdebug')[0]?.xdebug;
  expect(await said()).toMatchObject({ on: false, running: false });
  await turnedOn(replica);
  expect(await said()).toMatchObject({ on: true, port: 9003, url: 'https://shop.localhost:8443', mode: 'release' });
});
