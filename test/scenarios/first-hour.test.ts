/**
 * A stranger's way, word for word: a clone, README's `npm start`, then the commands of docs/first-hour.md. Left out are the killed
 * machine (crash.test.ts does that, harder), scaling (scale.test.ts), and a site of one's own, whose commands test/cli/docs.test.ts runs.
 */
import { chmod, cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { repositoryFiles } from '../docs/markdown.ts';
import { eventually, remains } from './replica.ts';

let clone: string;
let page: string;
const started = { stdout: '', all: '' };

beforeAll(async () => {
  page = await readFile('docs/first-hour.md', 'utf8');
  clone = await mkdtemp(join(tmpdir(), 'bootdev-clone-'));
  for (const file of repositoryFiles()) await cp(file, join(clone, file), { recursive: true });
  // Dependencies were installed by whoever runs this; npm start finds them as package-lock.json has them.
  await symlink(resolve('node_modules'), join(clone, 'node_modules'));
  // A person's browser stays closed: `open` then says the address.
  for (const opener of ['xdg-open', 'open']) {
    await writeFile(join(clone, opener), '#!/bin/sh\nexit 1\n');
    await chmod(join(clone, opener), 0o755);
  }
  const { stdout, stderr } = await inClone('npm', ['start']);
  Object.assign(started, { stdout, all: stdout + stderr });
});

afterAll(async () => {
  if (!clone) return;
  await inClone(process.execPath, ['dist/cli.js', '-C', '.sample', 'down', '--volumes', '--yes']);
  await rm(clone, { recursive: true });
});

const inClone = (command: string, args: string[]) =>
  execa(command, args, { cwd: clone, stdin: 'ignore', env: { PATH: `${clone}:${process.env.PATH}` } });

const setting = async (name: string) => {
  const text = await readFile(join(clone, '.sample/.bootdev/local/compose.env'), 'utf8');
  return new RegExp(`^${name}=(.*)$`, 'm').exec(text)?.[1] ?? '';
};

/** The commands of a section as typed into one shell, with the page's alias; 8443 may be taken by another replica. */
async function type(title: string): Promise<string> {
  const section = page.split(/^## /m).find((text) => text.startsWith(title)) ?? '';
  const [, commands] = /```\n([\s\S]+?)\n```/.exec(section) ?? [];
  if (!commands) throw new Error(`docs/first-hour.md has no commands below "${title}"`);
  const port = await setting('BOOTDEV_PORT_HTTPS');
  const lines = commands.replaceAll(':8443', `:${port}`).replaceAll('/tmp/bundle', join(clone, 'bundle'));
  const alias = 'bootdev() { npx --no-install bootdev -C .sample "$@"; }';
  return (await inClone('bash', ['-euc', `${alias}\n${lines}`])).stdout;
}

test('npm start ends with the addresses of a site that answers, and the next command to type', async () => {
  const port = await setting('BOOTDEV_PORT_HTTPS');
  expect(started.stdout).toMatch(new RegExp(`^site +https://sample\\.localhost:${port}$`, 'm'));
  expect(started.all).toContain('npx bootdev -C .sample status');
  expect(await readFile(join(clone, '.sample/.gitignore'), 'utf8')).toBe('*\n');
});

test('look: every machine is ready, and the site has an address', async () => {
  // Beside other tests a machine may answer late for a moment.
  const look = ['--no-install', 'bootdev', '-C', '.sample', 'status'];
  const isReady = () =>
    inClone('npx', look).then(
      () => true,
      () => false,
    );
  await eventually(60_000, isReady, Boolean);
  const said = await type('1. Look');
  expect(said).toMatch(/ · ready +bundle [0-9a-f]{8} on all 13(?: · \d+ s ago)?$/m);
  expect(said).toMatch(/^https:\/\/sample\.localhost:\d+$/m);
});

test('follow one request: a line of haproxy and one of nginx', async () => {
  const said = await type('2. Follow one request');
  expect(said).toMatch(/^lb \| \d\d:\d\d:\d\d haproxy \| .* web\/web-\d .* 200 /m);
  expect(said).toMatch(/^web-\d \| \d\d:\d\d:\d\d nginx \| .* php=\S+ cache=(?:HIT|MISS|STALE) /m);
});

test('change a setting: where it comes from, and nginx has it', async () => {
  const said = await type('4. Change a setting');
  expect(said).toMatch(/^cache\.ttl +30 +bootdev\.yaml:\d+:\d+$/m);
  expect(said).toContain('BOOTDEV_PAGE_TTL 30;');
  expect(said).toMatch(/on all 13(?: · \d+ s ago)?$/m);
});

test('read what it is made of', async () => {
  await type('6. Read');
  const conf = await readFile(join(clone, 'bundle/web/etc/nginx/cached.conf'), 'utf8');
  expect(conf).toContain('BOOTDEV_PAGE_TTL 30;');
});

test('stop: the machines are gone, the data stays', async () => {
  await type('8. Stop');
  const left = await remains(await setting('COMPOSE_PROJECT_NAME'));
  expect(left.filter((line) => !line.startsWith('volume '))).toEqual([]);
  expect(left.length).toBeGreaterThan(0);
});
