/** What `up` makes from nothing, and what it does where nothing or only files changed. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { light, newReplica, only, withSource } from '../replica.ts';
import { healthy, names } from './healthy.ts';

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
    // The new files beside the old ones; machines that start have them when these have taken them.
    expect(replica.engine.did).toEqual(['load', 'apply web-1', 'apply web-2', 'load']);
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
    expect(only(events, 'machine').at(-1)).toMatchObject({ name: 'web-1', state: 'applying' });
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
