/** Tools in a container of their own: what they may write, what is kept from them, and what is left when somebody is killed. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startOf } from '../../src/io/guard/processes.ts';
import { down } from '../../src/replica/down.ts';
import { run } from '../../src/replica/live/run.ts';
import { light, newReplica, play } from './replica.ts';

interface Mount {
  type: string;
  source?: string;
  target: string;
  read_only?: boolean;
}

/** The project's folder is its code. */
async function newSite() {
  const replica = await newReplica(`${light}application: php\n`);
  for (const folder of ['.git/hooks', 'lib/.git', 'vendor/source/sub']) {
    await mkdir(join(replica.dir, folder), { recursive: true });
  }
  await writeFile(join(replica.dir, 'vendor/source/.git'), 'gitdir: ../../.git/modules/source\n');
  await writeFile(join(replica.dir, 'index.php'), '<?php');
  expect((await replica.up()).error).toBeUndefined();
  replica.engine.did.length = 0;
  return replica;
}

it('runs the command, hands its exit code on, and leaves nothing', async () => {
  const { dir, engine, open } = await newSite();
  engine.toolRuns = async () => 3;
  expect(await run(await open(), ['composer', 'install', '--no-dev'])).toBe(3);
  expect(await run(await open(), ['php', '-a'], { tty: true })).toBe(3);
  expect(engine.did).toEqual(['tool composer install --no-dev', 'tool php -a (tty)']);
  for (const name of ['bootdev', 'bootdev.local.yaml', `.bootdev/local/tool-${process.pid}.yaml`]) {
    expect(existsSync(join(dir, name)), name).toBe(false);
  }
});

it('may write the folder, but not its history, nor what decides on this computer; .bootdev is not seen', async () => {
  const { dir, engine, open } = await newSite();
  let mounts: Mount[] = [];
  engine.toolRuns = async (tool) => {
    mounts = tool.mounts as Mount[];
    for (const { source } of mounts) if (source) expect(existsSync(source), source).toBe(true);
    return 0;
  };
  await run(await open(), ['true']);
  const at = '/srv/code/current';
  expect(mounts[0]).toMatchObject({ type: 'bind', source: dir, target: at });
  expect(mounts[0]?.read_only).toBeUndefined();
  const kept = [
    ...['.git', 'bootdev', 'bootdev.local.yaml', 'bootdev.lock', 'bootdev.yaml'],
    ...['lib/.git', 'vendor/source/.git'],
  ];
  expect(mounts.filter((each) => each.read_only).map(({ target }) => target.slice(at.length + 1))).toEqual(
    expect.arrayContaining(kept),
  );
  expect(mounts.filter((each) => each.read_only)).toHaveLength(kept.length);
  expect(mounts.filter(({ type }) => type === 'tmpfs')).toEqual([{ type: 'tmpfs', target: `${at}/.bootdev` }]);
});

it('trusts what this computer trusts, beside the replica’s own: a proxy may re-sign what tools download', async () => {
  const { engine, open } = await newSite();
  /** `here`: this computer's file of authorities. */
  const authorities = async (here?: string) => {
    let found: Mount[] = [];
    engine.toolRuns = async (tool) => {
      found = (tool.mounts as Mount[]).filter(({ target }) => target === '/usr/share/ca-certificates.crt');
      return 0;
    };
    const context = await open();
    const read = async (path: string) => (path === here ? '-----BEGIN CERTIFICATE-----' : undefined);
    await run({ ...context, host: { ...context.host, read } }, ['npm', 'install']);
    return found;
  };
  expect(await authorities()).toEqual([]);
  const here = '/etc/ssl/certs/ca-certificates.crt';
  expect(await authorities(here)).toMatchObject([{ type: 'bind', source: here, read_only: true }]);
});

it('a name with a dollar sign is no variable', async () => {
  const { dir, engine, open } = await newSite();
  await mkdir(join(dir, 'a$HOME$b', '.git'), { recursive: true });
  let text = '';
  engine.toolRuns = async () => {
    text = await readFile(join(dir, `.bootdev/local/tool-${process.pid}.yaml`), 'utf8');
    return 0;
  };
  await run(await open(), ['true']);
  expect(text).toContain('/a$$HOME$$b/.git');
  expect(text.replaceAll('$$', '')).not.toContain('$');
});

it('keeps what somebody wrote into a placeholder meanwhile', async () => {
  const { dir, engine, open } = await newSite();
  engine.toolRuns = async () => {
    await writeFile(join(dir, 'bootdev.local.yaml'), 'web: { count: 1 }\n');
    return 0;
  };
  await run(await open(), ['true']);
  expect(await readFile(join(dir, 'bootdev.local.yaml'), 'utf8')).toBe('web: { count: 1 }\n');
});

it('of a bootdev that was killed: the next one ends them, and leaves those that somebody waits for; down ends all', async () => {
  const { engine, open } = await newSite();
  const context = await open();
  const { project } = context;
  const tool = { project, command: ['sleep'], mounts: [] };
  engine.tools.push({ ...tool, id: 'abandoned', holder: '1 another start' });
  engine.tools.push({ ...tool, id: 'waited for', holder: `${process.ppid} ${startOf(process.ppid)}` });
  await run(context, ['true']);
  expect(engine.tools.map(({ id }) => id)).toEqual(['waited for']);
  await play(down(await open()));
  expect(engine.tools).toEqual([]);
});

it('is refused where it cannot work, with the reason', async () => {
  const sample = await newReplica();
  await sample.up();
  await expect(run(await sample.open(), ['true'])).rejects.toMatchObject({
    hint: 'to look around: bootdev exec admin',
  });
  const { dir, engine, open } = await newSite();
  engine.address = 'tcp://192.0.2.1:2376';
  await expect(run(await open(), ['true'])).rejects.toThrow('tcp://192.0.2.1:2376 cannot mount');
  engine.address = 'unix:///run/user/1000/docker.sock';
  await symlink('.git', join(dir, 'vendor', '.git'));
  await expect(run(await open(), ['true'])).rejects.toThrow(`${dir}/vendor/.git is a link`);
  engine.kill('admin');
  await expect(run(await open(), ['true'])).rejects.toThrow('admin is not running.');
});
