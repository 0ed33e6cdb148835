/** Code that is a live folder: what `up` makes of it, and what it says. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rehearsal } from '../../src/replica/rehearsal.ts';
import { status } from '../../src/replica/status.ts';
import { light, newReplica, only, play } from './replica.ts';

const settings = `${light}application: php\ncode: { path: site, docroot: web }\n`;

async function newSite() {
  const replica = await newReplica(settings);
  const web = join(replica.dir, 'site', 'web');
  await mkdir(web, { recursive: true });
  await writeFile(join(web, 'index.php'), '<?php echo 1;');
  const local = (text: string) => writeFile(join(replica.dir, 'bootdev.local.yaml'), text);
  const target = (machine: string, name: string) =>
    new RegExp(`^${name}=(.*)$`, 'm').exec(
      replica.engine
        .volumeAt(replica.engine.machine(machine), '/bundle')
        ?.get(`targets/${replica.engine.machine(machine).machine?.target}.env`)
        ?.toString() ?? '',
    )?.[1];
  return { ...replica, local, target };
}

const release = 'code: { mode: release }\n';
const serving = ['web-1', 'web-2', 'admin'];

describe('a folder on this computer is live', () => {
  it('mounted on the machines that serve it; nothing is delivered, and edits need no `up`', async () => {
    const { dir, engine, up } = await newSite();
    const { events, error } = await up();
    expect(error).toBeUndefined();
    expect(serving.map((name) => engine.machine(name).service.folder)).toEqual(serving.map(() => join(dir, 'site')));
    expect([...(engine.volumes.values() ?? [])].filter(({ key }) => key === 'code')[0]?.files.size).toBe(0);
    expect(only(events, 'notice').map(({ text }) => text)).toEqual([
      `live · page cache off: an edit in ${join(dir, 'site')} shows at the next request.`,
    ]);
    engine.did.length = 0;
    await writeFile(join(dir, 'site/web/index.php'), '<?php echo 2;');
    await up();
    expect(engine.did).toEqual([]);
  });

  it('switches are target values: the bundle is that of a release', async () => {
    const { engine, up, local, target } = await newSite();
    const values = () =>
      ['CODE_LIVE', 'OPCACHE_VALIDATE', 'REALPATH_SECONDS', 'FILE_CACHE', 'STATIC_EXPIRES', 'STATIC_SYMLINKS'].map(
        (name) => target('web-1', name),
      );
    const first = await up();
    const { digest } = engine.machine('web-1').machine ?? {};
    expect(values()).toEqual(['1', '1', '2', 'off', '-1', 'if_not_owner']);
    await local(release);
    const second = await up();
    expect(values()).toEqual(['0', '0', '600', 'max=10000 inactive=60s', '30d', 'off']);
    expect(engine.machine('web-1').machine?.digest).toBe(digest);
    expect(only(second.events, 'begin')[0]?.root).toBe(only(first.events, 'begin')[0]?.root);
  });

  it('to a release and back: only what serves code is made again', async () => {
    const { engine, up, local } = await newSite();
    await up();
    await local(release);
    engine.did.length = 0;
    expect((await up()).error).toBeUndefined();
    expect(engine.did.filter((it) => it.startsWith('create'))).toEqual(serving.map((name) => `create ${name}`));
    expect(engine.did.indexOf('load')).toBeLessThan(engine.did.indexOf('create web-1'));
    await local('');
    engine.did.length = 0;
    expect((await up()).error).toBeUndefined();
    expect(engine.did.filter((it) => it.startsWith('create'))).toEqual(serving.map((name) => `create ${name}`));
  });

  it('a folder that was replaced is mounted again', async () => {
    const { dir, engine, up } = await newSite();
    await up();
    await rename(join(dir, 'site'), join(dir, 'old'));
    await mkdir(join(dir, 'site', 'web'), { recursive: true });
    engine.did.length = 0;
    await up();
    expect(engine.did.filter((it) => it.startsWith('create'))).toEqual(serving.map((name) => `create ${name}`));
  });

  it('says which file the site cannot read', async () => {
    const { dir, engine, up } = await newSite();
    engine.unreadable = '/srv/code/current/web/index.php\n';
    const [warning] = only((await up()).events, 'notice');
    expect(warning).toMatchObject({
      level: 'warning',
      text: `The site cannot read ${dir}/site/web/index.php.`,
      hint: expect.stringContaining('chmod -R o+rX'),
    });
  });

  it('is no rehearsal, and status says what it is', async () => {
    const { open, up, local } = await newSite();
    await local(release);
    await up();
    const { rehearsed = '' } = (await open()).state;
    expect(await rehearsal(await open(), { root: rehearsed })).toMatchObject({ done: true });
    await local('cache: { ttl: 7 }\n');
    await up();
    expect((await open()).state.rehearsed).toBe(rehearsed);
    expect(await rehearsal(await open(), { root: rehearsed })).toEqual({
      done: false,
      text: 'the replica serves a live folder, not a release',
      hint: 'bootdev up --set code.mode=release',
    });
    const [now] = only((await play(status(await open()))).events, 'status');
    expect(now?.status).toMatchObject({ code: 'live', notes: [expect.stringMatching(/^live · page cache off/)] });
  });

  it.each([
    ['moved away', async (site: string) => rename(site, `${site}-old`)],
    [
      'replaced',
      async (site: string) => rename(site, `${site}-old`).then(() => mkdir(join(site, 'web'), { recursive: true })),
    ],
  ])('once it was %s, status says that an edit does not show', async (_, change) => {
    const { dir, open, up } = await newSite();
    await up();
    await change(join(dir, 'site'));
    const [now] = only((await play(status(await open()))).events, 'status');
    expect(now?.status.notes).toEqual([
      expect.stringMatching(/^live, from a folder that is not site any more.*bootdev up/),
    ]);
  });
});

describe('is refused or a release', () => {
  it('where the engine is another computer: a release, and an error for who asked for live', async () => {
    const { engine, up, local } = await newSite();
    engine.address = 'ssh://builder';
    expect((await up()).error).toBeUndefined();
    expect(engine.machine('web-1').service.folder).toBeUndefined();
    await local('code: { mode: live }\n');
    expect((await up()).error).toMatchObject({
      message: 'code.mode: live needs an engine on this computer; ssh://builder cannot mount a folder of it.',
      hint: 'bootdev up --set code.mode=release',
    });
  });

  it('for the sample, whatever is asked for', async () => {
    const { dir, engine, up } = await newReplica();
    await writeFile(join(dir, 'bootdev.local.yaml'), 'code: { mode: live }\n');
    expect((await up()).error).toBeUndefined();
    expect(engine.machine('web-1').service.folder).toBeUndefined();
  });

  it('where there is no folder, or one with keys of a person', async () => {
    const { dir, up } = await newSite();
    await mkdir(join(dir, 'site', '.ssh'));
    expect((await up()).error?.message).toContain('is a home, or holds one');
    await rename(join(dir, 'site'), join(dir, 'elsewhere'));
    expect((await up()).error?.message).toBe(`code.path: there is no folder ${dir}/site/web.`);
  });
});
