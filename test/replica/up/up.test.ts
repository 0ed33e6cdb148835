/** What `up` does, from each state that a replica may be in. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { light, newReplica, only, withSource } from '../replica.ts';

const names = ['lb', 'web-1', 'web-2', 'admin', 'mysql', 'memcached-1', 'memcached-2', 's3', 'mail'];
const healthy = (events: Parameters<typeof only>[0]) =>
  only(events, 'machine')
    .filter(({ state }) => state === 'healthy')
    .map(({ name }) => name)
    .sort();

describe('from nothing', () => {
  it('builds, loads, starts every machine and ends with the addresses', async () => {
    const replica = await newReplica();
    const { events, error } = await replica.up();
    expect(error).toBeUndefined();
    expect(events[0]).toMatchObject({ type: 'begin', verb: 'up', project: 'shop', machines: names });
    expect(only(events, 'begin')).toHaveLength(1);
    expect(replica.engine.did.filter((it) => it.startsWith('build'))).toEqual(
      ['base', 'loader', 'lb', 'web', 'admin', 'mysql', 'memcached', 's3', 'mail'].map((name) => `build ${name}`),
    );
    expect(replica.engine.did.filter((it) => it === 'load')).toHaveLength(1);
    expect(healthy(events)).toEqual([...names].sort());
    expect(only(events, 'ready')[0]?.urls[0]).toEqual({ name: 'site', url: 'https://shop.localhost:8443' });
  });

  it('loads before it starts: machines boot from the volumes', async () => {
    const { engine, up } = await newReplica();
    await up();
    expect(engine.did.indexOf('load')).toBeLessThan(engine.did.indexOf('start lb'));
    expect(engine.machine('web-1').log).toEqual(['machine: web-1 boots']);
  });

  it('leaves a bundle for who goes on without bootdev, and remembers what it decided', async () => {
    const { dir, open, up } = await newReplica();
    const { events } = await up();
    expect(existsSync(join(dir, '.bootdev/local/bundle.tar'))).toBe(true);
    expect((await open()).state).toMatchObject({
      ...{ ports: { https: 8443, http: 8080, s3: 4566, mail: 8025 }, images: 'packages' },
      rehearsed: only(events, 'begin')[0]?.root,
      lastSeconds: expect.any(Number),
    });
    expect(readFileSync(join(dir, '.bootdev/local/compose.env'), 'utf8')).toContain('BOOTDEV_PORT_HTTPS=8443\n');
  });

  it('releases its lock, also after a failure', async () => {
    const { dir, engine, up } = await newReplica();
    engine.brokenBuilds.set('web', ['E: no mirror']);
    expect((await up()).error?.message).toContain('E: no mirror');
    expect(existsSync(join(dir, '.bootdev/local/lock'))).toBe(false);
  });
});

describe('unchanged', () => {
  it('touches nothing, and says so with the same addresses', async () => {
    const replica = await newReplica();
    const first = await replica.up();
    const ids = replica.ids();
    replica.engine.did.length = 0;
    replica.engine.commands.length = 0;
    const { events, error } = await replica.up();
    expect(error).toBeUndefined();
    expect(replica.engine.did).toEqual([]);
    expect(replica.engine.commands).toEqual([]);
    expect(replica.ids()).toEqual(ids);
    expect(only(events, 'step')).toEqual([]);
    expect(only(events, 'ready')[0]?.urls).toEqual(only(first.events, 'ready')[0]?.urls);
  });
});

describe('a changed bundle', () => {
  it('is applied in place, on the machines that it is for, after it was checked', async () => {
    const replica = await newReplica();
    await replica.up();
    const ids = replica.ids();
    replica.engine.did.length = 0;
    await replica.settings(`${light}cache: { ttl: 7 }\n`);
    const { events, error } = await replica.up();
    expect(error).toBeUndefined();
    expect(replica.ids()).toEqual(ids);
    // The new files beside the old ones, then the switch.
    expect(replica.engine.did).toEqual(['load', 'load', 'apply web-1', 'apply web-2']);
    expect(only(events, 'machine').filter(({ state }) => state === 'applying')).toMatchObject([
      { name: 'web-1', text: 'activating the new files' },
      { name: 'web-2' },
    ]);
    expect(replica.engine.machine('web-2').machine?.live.get('etc/nginx/cached.conf')?.bytes.toString()).toContain(
      'BOOTDEV_PAGE_TTL 7;',
    );
  });

  it('that is not valid is refused: nothing is changed, also not for a machine that starts later', async () => {
    const replica = await newReplica();
    await replica.up();
    const { engine } = replica;
    engine.did.length = 0;
    engine.refuses = (_, text) =>
      text.includes('brotlii') ? 'nginx: unknown directive "brotlii" in static.conf:1' : undefined;
    const before = engine.volumeAt(engine.machine('web-1'), '/bundle')?.get('desired/web');
    const { events, error } = await replica.up(withSource('roles/nginx/root/etc/nginx/static.conf', 'brotlii on;\n'));
    expect(error).toMatchObject({
      message: expect.stringMatching(/^The new configuration is not valid on web-[12]; the running one was kept\.\n/),
      hint: 'fix the line above, then: bootdev up',
    });
    expect(error?.message).toContain('unknown directive "brotlii"');
    expect(engine.did).toEqual(['load']);
    expect(engine.volumeAt(engine.machine('web-1'), '/bundle')?.get('desired/web')).toEqual(before);
    expect(only(events, 'step').at(-1)).toMatchObject({ id: 'loader', state: 'failed' });
    engine.did.length = 0;
    expect((await replica.up()).error).toBeUndefined();
    expect(engine.did).toEqual([]);
  });

  it('and a file that somebody changed on a machine: only that machine', async () => {
    const replica = await newReplica();
    await replica.up();
    const live = replica.engine.machine('web-2').machine?.live;
    live?.set('etc/nginx/static.conf', { mode: '0644', bytes: Buffer.from('by hand') });
    replica.engine.did.length = 0;
    await replica.up();
    expect(replica.engine.did).toEqual(['apply web-2']);
    expect(replica.engine.machine('web-2').machine?.live.get('etc/nginx/static.conf')?.bytes.toString()).not.toBe(
      'by hand',
    );
  });

  it('reaches a machine that was too busy to report', async () => {
    const replica = await newReplica();
    await replica.up();
    await replica.settings(`${light}cache: { ttl: 7 }\n`);
    replica.engine.busy.set('web-2', 1);
    replica.engine.did.length = 0;
    expect((await replica.up()).error).toBeUndefined();
    expect(replica.engine.did.filter((it) => it.startsWith('apply'))).toEqual(['apply web-1', 'apply web-2']);
  });

  it('of the code alone is a new release, that web machines take and no other is touched', async () => {
    const replica = await newReplica();
    await replica.up();
    const ids = replica.ids();
    replica.engine.did.length = 0;
    await replica.up(withSource('sample-site/index.php', '<?php echo 1;'));
    expect(replica.engine.did.filter((it) => it !== 'load')).toEqual(['release web-1', 'release web-2']);
    expect(replica.ids()).toEqual(ids);
  });
});

describe('a machine', () => {
  it('that was killed is started again, the others stay', async () => {
    const replica = await newReplica();
    await replica.up();
    replica.engine.kill('web-1');
    replica.engine.did.length = 0;
    const { events, error } = await replica.up();
    expect(error).toBeUndefined();
    expect(replica.engine.did).toEqual(['start web-1']);
    expect(healthy(events)).toContain('web-1');
  });

  it('that can never start again is made again', async () => {
    const replica = await newReplica();
    await replica.up();
    replica.engine.kill('mysql');
    replica.engine.machine('mysql').error = 'failed to create task: task 1a already exists';
    replica.engine.did.length = 0;
    expect((await replica.up()).error).toBeUndefined();
    expect(replica.engine.did).toEqual(['load', 'remove mysql', 'create mysql', 'start mysql']);
  });

  it('that kept ending is tried again at once', async () => {
    const replica = await newReplica();
    replica.engine.crashing.set('mysql', { exitCode: 3, log: 'no such luck' });
    await replica.up();
    expect(replica.engine.machine('mysql').state).toBe('restarting');
    replica.engine.crashing.clear();
    replica.engine.did.length = 0;
    expect((await replica.up()).error).toBeUndefined();
    expect(replica.engine.did).toContain('restart mysql');
  });

  it('that ends ends this at once, with its log', async () => {
    const replica = await newReplica();
    replica.engine.crashing.set('mysql', { exitCode: 3, log: 'no such luck' });
    const { error } = await replica.up();
    expect(error).toMatchObject({ hint: 'bootdev logs mysql' });
    expect(error?.message).toBe('mysql ended (exit 3). Its log:\n    machine: mysql boots\n    no such luck');
  });

  it('that never gets healthy ends this after three minutes, with its log', async () => {
    const replica = await newReplica();
    replica.engine.unhealthy.add('web-2');
    const before = replica.engine.io().clock.now();
    const { events, error } = await replica.up();
    expect(error).toMatchObject({ hint: 'bootdev logs web-2' });
    expect(error?.message).toBe('Not healthy after 180 s: web-2. The log of web-2:\n    machine: web-2 boots');
    expect(replica.engine.io().clock.now() - before).toBeGreaterThan(180_000);
    expect(only(events, 'machine').filter(({ name }) => name === 'web-2')).toMatchObject([
      { state: 'starting' },
      { state: 'unhealthy' },
    ]);
    expect(only(events, 'ready')).toEqual([]);
    expect((await replica.open()).state.rehearsed).toBeUndefined();
  });

  it('more or fewer of them: only those', async () => {
    const replica = await newReplica();
    await replica.up();
    replica.engine.did.length = 0;
    await replica.settings(`${light}web: { count: 3 }\n`);
    await replica.up();
    expect(replica.engine.did.filter((it) => /^(create|remove)/.test(it))).toEqual(['create web-3']);
    await replica.settings(`${light}web: { count: 1 }\n`);
    replica.engine.did.length = 0;
    await replica.up();
    expect(replica.engine.did.filter((it) => /^(create|remove)/.test(it)).sort()).toEqual([
      'remove web-2',
      'remove web-3',
    ]);
  });

  it('of a service that the settings no longer have is removed; its data stays', async () => {
    const replica = await newReplica('files: { store: volume }\n');
    await replica.up();
    await replica.settings(light);
    replica.engine.did.length = 0;
    await replica.up();
    expect(replica.engine.did).toContain('remove solr');
    expect([...replica.engine.volumes.values()].map(({ key }) => key)).toContain('solr-9');
  });
});

describe('images', () => {
  it('one that is missing is built, and no other', async () => {
    const replica = await newReplica();
    await replica.up();
    const tag = [...replica.engine.images.keys()].find((it) => it.startsWith('bootdev/web:')) ?? '';
    replica.engine.images.delete(tag);
    replica.engine.did.length = 0;
    const { events, error } = await replica.up();
    expect(error).toBeUndefined();
    expect(replica.engine.did.filter((it) => it.startsWith('build'))).toEqual(['build web']);
    expect(only(events, 'step')[0]).toMatchObject({ id: 'image web', state: 'start' });
    expect(only(events, 'log')[0]).toEqual({ type: 'log', source: 'image web', line: `#1 building ${tag}` });
    // Its machines are of the old image, which has no name any more.
    expect(replica.engine.did).toEqual(
      expect.arrayContaining(['remove web-1', 'create web-1', 'remove web-2', 'create web-2']),
    );
  });

  it('a build that fails ends this with the end of its log; what was built stays', async () => {
    const replica = await newReplica();
    replica.engine.brokenBuilds.set(
      'web',
      Array.from({ length: 30 }, (_, index) => `line ${index}`),
    );
    const { events, error } = await replica.up();
    expect(error?.message).toMatch(/^The image web was not built\. The end of its log:\n {4}line 15\n/);
    expect(error?.message).toMatch(/line 29$/);
    expect(only(events, 'step').at(-1)).toMatchObject({ id: 'image web', state: 'failed' });
    replica.engine.brokenBuilds.clear();
    replica.engine.did.length = 0;
    expect((await replica.up()).error).toBeUndefined();
    expect(replica.engine.did).not.toContain('build base');
  });
});

describe('ports', () => {
  it('a busy one is left for the next, which is remembered', async () => {
    const replica = await newReplica();
    replica.engine.taken.add(8443).add(8444);
    const { events } = await replica.up();
    expect(only(events, 'notice')).toMatchObject([
      { text: 'Port 8443 is taken by another program; https is at 8445 from now on.' },
    ]);
    expect(only(events, 'ready')[0]?.urls[0]).toEqual({ name: 'site', url: 'https://shop.localhost:8445' });
    replica.engine.taken.clear();
    replica.engine.did.length = 0;
    expect(only((await replica.up()).events, 'notice')).toEqual([]);
    expect(replica.engine.did).toEqual([]);
  });

  it('one that is taken meanwhile: once more with the next free one, and one title', async () => {
    const replica = await newReplica();
    replica.engine.takenMeanwhile.add(8025);
    const { events, error } = await replica.up();
    expect(error).toBeUndefined();
    expect(only(events, 'begin')).toHaveLength(1);
    expect(only(events, 'ready')[0]?.urls).toContainEqual({ name: 'mail', url: 'http://127.0.0.1:8026' });
  });

  it('taken twice in a row is an error', async () => {
    const replica = await newReplica();
    replica.engine.takenMeanwhile.add(8025).add(8026);
    const { error } = await replica.up();
    expect(error?.message).toContain('address already in use');
  });

  it('a site that does not answer from here', async () => {
    const replica = await newReplica();
    replica.engine.firewall = true;
    const { error } = await replica.up();
    expect(error?.message).toBe('Every machine is healthy, but https://127.0.0.1:8443/ does not answer from here.');
  });
});

describe('the certificate', () => {
  it('is renewed a month before it ends, and the balancer reads it', async () => {
    const replica = await newReplica();
    await replica.up();
    const { engine } = replica;
    const old = engine.machine('lb').machine?.certificate;
    engine.days = 360;
    expect((await replica.up()).error).toBeUndefined();
    expect(engine.machine('lb').machine?.certificate).toBe(old);
    engine.days = 370;
    engine.did.length = 0;
    expect((await replica.up()).error).toBeUndefined();
    expect(engine.did).toEqual(['load', 'load', 'apply lb']);
    expect(engine.machine('lb').machine?.certificate).not.toBe(old);
    engine.did.length = 0;
    await replica.up();
    expect(engine.did).toEqual([]);
  });
});

describe('shared files', () => {
  it('are on GlusterFS where the engine can mount: tried once', async () => {
    const replica = await newReplica('search: { engine: none }\n');
    const { events } = await replica.up();
    expect(only(events, 'begin')[0]?.machines).toContain('gluster-1');
    expect(only(events, 'machines')).toEqual([]);
    expect(replica.engine.did.filter((it) => it === 'probe')).toHaveLength(1);
    replica.engine.did.length = 0;
    await replica.up();
    expect(replica.engine.did).toEqual([]);
  });

  it('are on a volume where it cannot: said, with one title and the machines that there are', async () => {
    const replica = await newReplica('search: { engine: none }\n');
    replica.engine.canMount = false;
    const { events, error } = await replica.up();
    expect(error).toBeUndefined();
    expect(only(events, 'begin')).toHaveLength(1);
    expect(only(events, 'machines')).toMatchObject([{ machines: names }]);
    expect(only(events, 'machines')[0]?.root).toBe((await replica.open()).state.rehearsed);
    expect(only(events, 'notice').map(({ text }) => text)).toEqual([
      'Files are on a plain volume, not on GlusterFS: this engine lets no container mount a file system (mount: Operation not permitted).',
    ]);
    expect(healthy(events)).toEqual([...names].sort());
    replica.engine.did.length = 0;
    await replica.up();
    expect(replica.engine.did).toEqual([]);
  });
});

describe('what it refuses', () => {
  it('data of another database, before anything changes; --new-database goes on beside it', async () => {
    const replica = await newReplica();
    await replica.up();
    await replica.settings(`${light}database: { engine: mariadb }\n`);
    replica.engine.did.length = 0;
    const { events, error } = await replica.up();
    expect(error?.message).toContain('Nothing was changed.');
    expect(events).toEqual([]);
    expect(replica.engine.did).toEqual([]);
    expect((await replica.up(undefined, { newDatabase: true })).error).toBeUndefined();
    expect([...replica.engine.volumes.values()].map(({ key }) => key)).toEqual(
      expect.arrayContaining(['mysql-9.7', 'mariadb-11.8']),
    );
  });

  it('a container of somebody else that has the name', async () => {
    const replica = await newReplica();
    await replica.up();
    const lb = replica.engine.machine('lb');
    lb.project = 'another';
    const { error } = await replica.up();
    expect(error?.message).toContain(`The container name "/${lb.name}" is already in use`);
  });

  it('a stop goes on where it was', async () => {
    const replica = await newReplica();
    replica.engine.unhealthy.add('mysql');
    const verb = replica.up((context) => {
      const { pause } = context.io.clock;
      context.io.clock.pause = async (ms) => {
        replica.stop.abort();
        await pause(ms);
      };
    });
    expect((await verb).error).toMatchObject({ code: 130, hint: expect.stringContaining('bootdev up goes on') });
  });
});

it('says where the site’s name does not lead here', async () => {
  const replica = await newReplica(light, { domain: 'shop.example' });
  replica.engine.names.set('shop.example', ['192.0.2.1']);
  const said = async () => only((await replica.up()).events, 'notice').map(({ text }) => text);
  expect(await said()).toEqual([
    'shop.example leads to 192.0.2.1, not to this computer; until it does, a browser does not find the replica.',
  ]);
  replica.engine.names.set('shop.example', ['127.0.0.1']);
  expect(await said()).toEqual([]);
});
