/** What `up` does about what this computer and its engine have: images, ports, shared files. */
import { describe, expect, it } from 'vitest';
import type { Event } from '../../../src/events.ts';
import type { Context } from '../../../src/project/context.ts';
import { down } from '../../../src/replica/down.ts';
import { light, newReplica, only, play, withSource } from '../replica.ts';
import { healthy, names } from './healthy.ts';

describe('images', () => {
  it('one that is missing is built, and no other', async () => {
    const replica = await newReplica();
    await replica.up();
    const tag = replica.engine.machine('web-1').service.image;
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

  it('a database server of another image: its data is copied before, by the old one, where it runs', async () => {
    const replica = await newReplica();
    await replica.up();
    const anotherImage = withSource('roles/mysql/provision.sh', '# newer');
    replica.engine.did.length = 0;
    expect((await replica.up(anotherImage)).error).toBeUndefined();
    const did = (what: string) => replica.engine.did.indexOf(what);
    expect(did('snapshot mysql')).toBeGreaterThan(-1);
    expect(did('snapshot mysql')).toBeLessThan(did('remove mysql'));
    replica.engine.did.length = 0;
    const webToo = (context: Context) => {
      anotherImage(context);
      withSource('roles/nginx/provision.sh', '# newer')(context);
    };
    expect((await replica.up(webToo)).error).toBeUndefined();
    expect(replica.engine.did).toContain('create web-1');
    expect(did('snapshot mysql')).toBe(-1);
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

  it('a busy one is wished again at the next start: the site has stored it', async () => {
    const replica = await newReplica();
    const site = (events: Event[]) => only(events, 'ready')[0]?.urls[0]?.url;
    const again = async () => {
      await play(down(await replica.open()));
      return (await replica.up()).events;
    };
    replica.engine.taken.add(8443);
    expect(site((await replica.up()).events)).toBe('https://shop.localhost:8444');
    replica.engine.taken.add(8444);
    const moved = await again();
    expect(site(moved)).toBe('https://shop.localhost:8445');
    expect(only(moved, 'notice')).toMatchObject([
      {
        level: 'warning',
        text: expect.stringMatching(/^Port 8444 is taken .* https is at 8445 for this time\. Addresses with :8444 /),
        hint: expect.stringContaining('bootdev down, then bootdev up'),
      },
    ]);
    replica.engine.taken.delete(8444);
    const { events } = await replica.up();
    expect(site(events)).toBe('https://shop.localhost:8445');
    expect(only(events, 'notice')).toMatchObject([
      { level: 'info', text: expect.stringMatching(/^Port 8444 is free again/) },
    ]);
    expect(site(await again())).toBe('https://shop.localhost:8444');
  });

  it('those that could go back are one sentence', async () => {
    const replica = await newReplica();
    for (const port of [8443, 8080]) replica.engine.taken.add(port);
    await replica.up();
    await play(down(await replica.open()));
    for (const port of [8444, 8081]) replica.engine.taken.add(port);
    await replica.up();
    replica.engine.taken.clear();
    const notices = only((await replica.up()).events, 'notice').map(({ text }) => text);
    expect(notices).toEqual([
      'Ports 8444, 8081 are free again; until the next start https is at 8445, http is at 8082.',
    ]);
  });

  it('one of the settings is taken at the next up; a busy one moves nothing', async () => {
    const replica = await newReplica();
    await replica.up();
    await replica.settings(`${light}ports: { https: 9443 }\n`);
    const url = async () => only((await replica.up()).events, 'ready')[0]?.urls[0]?.url;
    expect(await url()).toBe('https://shop.localhost:9443');
    replica.engine.taken.add(9500);
    await replica.settings(`${light}ports: { https: 9500 }\n`);
    expect(await url()).toBe('https://shop.localhost:9443');
    await replica.settings(light);
    expect(await url()).toBe('https://shop.localhost:9443');
  });

  it('one of the settings that is another address’s usual one: that moves, with its reason (E5)', async () => {
    const replica = await newReplica(`${light}ports: { http: 8443, mail: 4566 }\n`);
    const { events } = await replica.up();
    expect((await replica.open()).state.ports).toEqual({ http: 8443, mail: 4566, https: 8444, s3: 4567 });
    expect(only(events, 'notice').map(({ text }) => text)).toEqual([
      'Port 8443 is what ports.http asks for; https is at 8444.',
      'Port 4566 is what ports.mail asks for; s3 is at 4567.',
    ]);
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

describe('LVS', () => {
  const lvs = `${light}balancer: { kind: lvs }\n`;

  it('distributes where the kernel has it, with a machine for TLS before each web machine', async () => {
    const replica = await newReplica(lvs);
    const { events, error } = await replica.up();
    expect(error).toBeUndefined();
    expect(healthy(events)).toEqual(expect.arrayContaining(['lb', 'tls-1', 'tls-2', 'web-1', 'web-2']));
    expect(only(events, 'notice')).toEqual([]);
  });

  it('is haproxy where it has not: said each time, and asked again each time', async () => {
    const replica = await newReplica(lvs);
    replica.engine.ipvs = 'no: the kernel has no IPVS loaded';
    const said = async () => {
      const { events, error } = await replica.up();
      expect(error).toBeUndefined();
      return only(events, 'notice').map(({ text }) => text);
    };
    const note = expect.stringMatching(
      /^haproxy distributes, not LVS: the kernel has no IPVS loaded\. .*sudo modprobe ip_vs/,
    );
    expect(await said()).toEqual([note]);
    expect(await said()).toEqual([note]);
    const { settings, configuredBalancer, state } = await replica.open();
    expect([settings.balancer.kind, configuredBalancer, state.ipvs]).toEqual([
      ...['haproxy', 'lvs', 'the kernel has no IPVS loaded'],
    ]);
    expect(replica.engine.containers.map(({ service }) => service.name)).not.toContain('tls');
    replica.engine.ipvs = 'yes';
    expect(await said()).toEqual([]);
    expect(replica.engine.containers.map(({ service }) => service.name)).toContain('tls');
    replica.engine.ipvs = 'no: the kernel has no scheduler wlc (ip_vs_wlc)';
    expect(await said()).toEqual([expect.stringContaining('Another one: balancer.scheduler in bootdev.yaml.')]);
    expect(replica.engine.containers.map(({ service }) => service.name)).not.toContain('tls');
  });

  it('two directors: haproxy or LVS, and lb is the door to them', async () => {
    const replica = await newReplica(`${light}balancer: { directors: 2 }\n`);
    const names = () => replica.engine.containers.map(({ service, number }) => `${service.name}-${number}`);
    expect((await replica.up()).error).toBeUndefined();
    expect(names()).toEqual(expect.arrayContaining(['lb-1', 'director-1', 'director-2']));
    await replica.settings(`${light}balancer: { kind: lvs, directors: 2 }\n`);
    expect((await replica.up()).error).toBeUndefined();
    expect(names()).toEqual(expect.arrayContaining(['lb-1', 'director-1', 'director-2', 'tls-1', 'tls-2']));
    await replica.settings(light);
    expect((await replica.up()).error).toBeUndefined();
    expect(names()).not.toContain('director-1');
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
