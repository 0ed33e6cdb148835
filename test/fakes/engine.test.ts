/** What the fake engine refuses, as the real one does. */
import { writeFile } from 'node:fs/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Context } from '../../src/project/context.ts';
import { newReplica, type Replica } from '../replica/replica.ts';

const start = ['up', '--detach', '--no-build', '--remove-orphans'];
let replica: Replica;
let context: Context;
beforeEach(async () => {
  replica = await newReplica();
  await replica.up();
  context = await replica.open();
});
const idOf = (name: string) => replica.engine.machine(name).id;
const build = async (service: string) => {
  for await (const _ of context.compose.follow(['build', service]));
};

describe('docker', () => {
  it('runs nothing in a container that does not run, or that there is not', async () => {
    const { exec } = context.io.docker;
    replica.engine.kill('web-1');
    await expect(exec(idOf('web-1'), ['true'])).rejects.toMatchObject({ statusCode: 409 });
    await expect(exec('nobody', ['true'])).rejects.toMatchObject({ statusCode: 404 });
  });

  it('has no program that the machine has not: 126, as the engine says it', async () => {
    const { exec } = context.io.docker;
    expect(await exec(idOf('web-1'), ['/etc/bootdev/current/roles/haproxy/servers.sh', 'up'])).toMatchObject({
      code: 126,
    });
    expect(await exec(idOf('web-1'), [`/bundle/${'0'.repeat(64)}/bin/machine`, 'check'])).toMatchObject({ code: 126 });
    expect(await exec(idOf('web-1'), ['cat', '/bundle/none'])).toMatchObject({ code: 1 });
  });

  it('keeps volumes and images that a container uses', async () => {
    const { docker } = context.io;
    const image = replica.engine.machine('web-1').service.image;
    await expect(docker.removeVolume(`${context.project}_bundle`)).rejects.toMatchObject({ statusCode: 409 });
    await expect(docker.removeVolume('none')).rejects.toMatchObject({ statusCode: 404 });
    await expect(docker.removeImage(image)).rejects.toMatchObject({ statusCode: 409 });
    await expect(docker.removeImage('none:1')).rejects.toMatchObject({ statusCode: 404 });
  });

  it('lists a container by its image’s id where the tag is another image now', async () => {
    await build('web');
    const all = await context.io.docker.containers(context.project);
    expect(all.filter(({ image }) => image.startsWith('sha256:')).map(({ service }) => service)).toEqual([
      'web',
      'web',
    ]);
  });
});

describe('compose', () => {
  it.each([
    ['a service that no file has', () => build('webb'), 'no such service: webb'],
    ['a command that bootdev does not use', () => context.compose.run(['ps']), 'does not know'],
    [
      'files without their variables',
      () => writeFile(context.paths.envFile, '').then(() => context.compose.run(start)),
      'invalid reference format',
    ],
  ])('refuses %s', async (_name, command, words) => {
    await expect(command()).rejects.toThrow(words);
  });

  it('needs its env file, also to remove', async () => {
    await context.io.files.removeFolder(context.paths.envFile);
    await expect(context.compose.run(['--profile', 'tools', 'down'])).rejects.toThrow("couldn't find env file");
  });

  it('starts nothing from an image that is not here', async () => {
    replica.engine.images.delete(replica.engine.machine('mail').service.image);
    await expect(context.compose.run(start)).rejects.toThrow('No such image: bootdev/mail:');
  });

  it.each([
    ['another program has', () => void replica.engine.taken.add(8025), 'address already in use'],
    [
      'another container has',
      () =>
        void replica.engine.containers.push({ ...replica.engine.machine('mail'), id: 'x', name: 'x', project: 'x' }),
      'port is already allocated',
    ],
  ])('leaves a container as created whose port %s', async (_name, take, words) => {
    take();
    replica.engine.remove(replica.engine.machine('mail'));
    await expect(context.compose.run(start)).rejects.toThrow(words);
    const mail = replica.engine.containers.find(({ project, service }) => project !== 'x' && service.name === 'mail');
    expect(mail?.state).toBe('created');
  });

  it('replaces a container of another configuration, and leaves one alone that keeps ending', async () => {
    const ids = replica.ids();
    Object.assign(replica.engine.machine('mail'), { state: 'restarting' });
    const text = (await context.io.files.readText(context.paths.envFile)) ?? '';
    await writeFile(context.paths.envFile, text.replace(/^BOOTDEV_MEMORY_ADMIN=.*$/m, 'BOOTDEV_MEMORY_ADMIN=999'));
    await context.compose.run(start);
    const changed = Object.entries(replica.ids()).filter(([name, id]) => ids[name] !== id);
    expect(changed.map(([name]) => name)).toEqual([`${context.project}-admin-1`]);
    expect(replica.engine.machine('mail').state).toBe('restarting');
  });

  it('does not load a tree that is not what its name says', async () => {
    const tar = Buffer.from((await context.io.files.readBytes(context.paths.bundleTar)).toString('latin1'), 'latin1');
    const at = tar.indexOf('worker_processes');
    expect(at).toBeGreaterThan(0);
    tar[at] = 0x57;
    await expect(context.compose.run(['run', '--rm', '-T', 'loader'], [tar])).rejects.toThrow('exit code 65');
  });
});

describe('a machine', () => {
  it('does not boot from volumes that are empty', async () => {
    await context.compose.run(['--profile', 'tools', 'down', '--volumes']);
    await context.compose.run(start);
    expect(replica.engine.machine('web-1')).toMatchObject({ state: 'restarting', exitCode: 78, restarts: 1 });
  });

  it('refuses a bundle that is not on it, and one whose names its target does not have', async () => {
    const { exec } = context.io.docker;
    const bundle = replica.engine.volumeAt(replica.engine.machine('web-1'), '/bundle');
    const [digest = '', target = ''] = bundle?.get('desired/web')?.toString().trim().split(' ') ?? [];
    const tool = `/bundle/${digest}/bin/machine`;
    expect(await exec(idOf('web-1'), [tool, 'check', digest, target])).toMatchObject({ code: 0 });
    expect((await exec(idOf('web-1'), [tool, 'check', digest, 'none'])).stderr).toContain('target none is not on');
    expect((await exec(idOf('web-1'), [tool, 'check', '0'.repeat(64), target])).stderr).toContain(
      'is not on this machine',
    );
    bundle?.set('targets/bare.env', Buffer.from('DB_HOST=mysql\n'));
    expect((await exec(idOf('web-1'), [tool, 'check', digest, 'bare'])).stderr).toContain('has no value for');
  });
});
