/** The commands of compose/README.md, word for word: the replica without bootdev. */
import { appendFile, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyOfPackage, docker, eventually, inProject, newReplica, type Replica, remains } from './replica.ts';

const settings = (ttl: number) =>
  `site: { name: alone }\nsearch: { engine: none }\nfiles: { store: volume }\ncache: { ttl: ${ttl} }\n`;
let replica: Replica;
let commands: string[];
/** Its images have tags of their own, which `docker compose build` moves: other replicas run beside this one. */
let own: Awaited<ReturnType<typeof copyOfPackage>>;

beforeAll(async () => {
  own = await copyOfPackage();
  await appendFile(join(own.dir, 'docker/machines/base/Dockerfile'), '# Same layers, another tag.\n');
  replica = await newReplica(settings(10), { program: own.program });
  const readme = await readFile(resolve('compose/README.md'), 'utf8');
  await replica.ensure('up');
  commands = (/```\n([\s\S]+?)\n```/.exec(readme)?.[1] ?? '').split('\n');
});
afterAll(async () => {
  const env = await readFile(join(replica.dir, '.bootdev/local/compose.env'), 'utf8').catch(() => '');
  const tags = [...env.matchAll(/^BOOTDEV_IMAGE_(\w+)=(.+)$/gm)].map(
    ([, name = '', tag]) => `bootdev/${name.toLowerCase()}:${tag}`,
  );
  await replica.remove();
  for (const tag of tags) await execa('docker', ['rmi', '--force', tag], { reject: false });
  await rm(own.dir, { recursive: true });
});

/** As if typed into a shell in the project's folder, one after the other, until one fails. */
const typed = (lines: string[]) =>
  execa('bash', ['-O', 'expand_aliases', '-e', '-c', lines.join('\n')], { cwd: replica.dir, stdin: 'ignore' });

/** Each machine, what it was made from, and how it is. */
const machines = async () => {
  const format = '{{.Names}} {{.Image}} {{.Label "com.docker.compose.config-hash"}} {{.Status}}';
  const list = (await docker('ps', '-a', ...inProject(await replica.project()), '--format', format)).split('\n').sort();
  return list.map((line) => line.replace(/Up .*\((.*)\)$/, '$1'));
};
const siteStatus = async () => (await (await fetch(`${await replica.url()}/status.json`)).json()) as { ok: boolean };

test('the same replica, healthy, with the configuration and the code that bootdev last gave', async () => {
  // By the engine's own check, which comes every 30 s.
  const before = await eventually(60_000, machines, (all) => all.every((machine) => machine.endsWith(' healthy')));
  await replica.settings(settings(23));
  await replica.ensure('up'); // in place, and without the code, which is there already
  await replica.ensure('bundle', '--code', '.bootdev/local/code.tar');
  await replica.ensure('down', '--volumes', '--yes');
  expect(await remains(await replica.project())).toEqual([]);

  expect(commands.at(-1)).toMatch(/^dc .*down/);
  await typed(commands.slice(0, -1));
  // Compose waits for the first answer of each; on a busy computer one may be asked again meanwhile.
  const isSame = (all: string[]) => all.join() === before.join();
  expect(await eventually(60_000, machines, isSame).catch(machines)).toEqual(before);
  await eventually(30_000, siteStatus, ({ ok }) => ok);
  const conf = ['cat', '/etc/bootdev/current/etc/nginx/cached.conf'];
  expect(await docker('exec', await replica.container('web-1'), ...conf)).toContain('BOOTDEV_PAGE_TTL 23;');
});

test('bootdev sees it as its own, and has nothing to do', async () => {
  expect((await replica.status()).machines.filter(({ state }) => state !== 'healthy')).toEqual([]);
  const project = await replica.project();
  const ids = () => docker('ps', '-q', '--no-trunc', '--filter', `name=${project}-`);
  const before = await ids();
  await replica.ensure('up');
  expect(await ids()).toBe(before);
});

test('bootdev continues where an image was built again under its tag', async () => {
  const web = await replica.container('web-1');
  const tag = await docker('inspect', '-f', '{{.Config.Image}}', web);
  const first = await docker('inspect', '-f', '{{.Image}}', web);
  await execa('docker', ['build', '--quiet', '--tag', tag, '-'], { input: `FROM ${tag}\nLABEL built=again\n` });
  try {
    await replica.settings(settings(24));
    await replica.ensure('up');
    const { machines: seen } = await replica.status();
    expect(seen.filter(({ state, digest, desired }) => state !== 'healthy' || digest !== desired)).toEqual([]);
    expect(await docker('inspect', '-f', '{{.Image}}', web)).not.toBe(first);
  } finally {
    await docker('tag', first, tag);
  }
});

test('down keeps the data, down --volumes leaves nothing', async () => {
  const enter = commands.filter((line) => /^(cd|alias) /.test(line));
  const down = commands.at(-1)?.replace(/ *#.*/, '') ?? '';
  await typed([...enter, down]);
  const kept = await remains(await replica.project());
  expect(kept.filter((thing) => !thing.startsWith('volume'))).toEqual([]);
  expect(kept.length).toBeGreaterThan(0);
  await typed([...enter, `${down} --volumes`]);
  expect(await remains(await replica.project())).toEqual([]);
});
