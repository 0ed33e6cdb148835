/**
 * What is hidden and what is not (trials W13 and H8), each address both ways: with a secret file there it is 404, without one it is the application's.
 * On a real web machine, for every application of docker/apps and one that is added from outside; with the names that lie in its real code.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readFolder } from '../../src/io/folder.ts';
import { machines } from '../../src/machines/table.ts';
import { probes, secrets, uploaded, visible } from './hidden-files.ts';
import { ask } from './visitor.ts';
import { startWebMachine, type WebMachine } from './web-machine.ts';

const toy = await readFolder('test/cli/toy');
const docker = new Map([...toy].map(([path, bytes]) => [`apps/toy/${path}`, bytes]));

let machine: WebMachine;
beforeAll(async () => {
  machine = await startWebMachine(join(import.meta.dirname, 'web-site'), { application: 'php' }, { docker });
});
afterAll(() => machine?.remove());

const get = (path: string) => ask(`${machine.url}${path}`);
/** All at once: a file each below a folder, with its own path as text, or with PHP that says it. */
const write = (folder: string, names: readonly string[], text = 'found %s') =>
  machine.exec(
    'sh',
    '-c',
    'cd "$0" && text=$1 && shift && for name; do mkdir -p "$(dirname "./$name")" && printf "$text" "$name" >"./$name"; done',
    folder,
    text,
    ...names,
  );
/** Once workers of the old configuration are gone. */
const apply = async (settings: Parameters<WebMachine['apply']>[0]) => {
  await machine.apply(settings);
  const leaving = () => machine.exec('sh', '-c', 'cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\\0" " "');
  await expect.poll(leaving).not.toContain('shutting down');
};
/** What is not as expected, as `address status`. */
async function others(
  paths: readonly string[],
  isRight: (answer: Awaited<ReturnType<typeof get>>, path: string) => boolean,
) {
  const answers = await Promise.all(paths.map(get));
  return answers.flatMap((answer, index) => {
    const path = paths[index] as string;
    return isRight(answer, path) ? [] : [`${path} ${answer.status} ${answer.text.slice(0, 60)}`];
  });
}

test('each application has its table', () => {
  expect(Object.keys(probes).sort()).toEqual([...readdirSync('docker/apps'), 'toy'].sort());
});

test('a web machine has no variants but those that are tried with each of them', () => {
  const { roles = [], optional = {} } = machines.find(({ kind }) => kind === 'web') ?? {};
  const folders = [...roles, ...Object.keys(optional)].map((role) => `docker/roles/${role}/variants`);
  const variants = folders.filter((folder) => existsSync(folder)).flatMap((folder) => readdirSync(folder));
  expect(variants).toEqual(['cache']);
});

describe.each(Object.entries(probes))('%s', (application, own) => {
  const { uploads, below, open, entries, closed, inside } = own;
  const hidden = [...secrets, ...own.secrets];
  const at = (prefix: string, names: readonly string[]) => names.map((name) => `${prefix}/${name}`);

  // `machine apply` asks nginx -t and php-fpm -t first, and switches nothing when one of them refuses.
  test.each([true, false])('nginx and php-fpm take it with cache.enabled %s', async (enabled) => {
    await machine.exec('sh', '-c', 'cd /srv/code/releases/1 && find . -mindepth 1 ! -path ./index.php -delete');
    await machine.exec('sh', '-c', 'rm -rf /srv/files/public/*');
    await apply({ application, cache: { enabled } });
    await machine.exec('mkdir', '-p', below);
    expect(await get('/a-page')).toMatchObject({ status: 200, text: expect.stringContaining('"path":"\\/a-page"') });
  });

  test('without a file each address is the application’s', async () => {
    // Below its files' address nothing is the application's but what it makes there.
    const names = hidden.filter((name) => !`/${name}`.startsWith(`${uploads}/`));
    const isItsOwn = ({ status, text }: Awaited<ReturnType<typeof get>>, path: string) =>
      status === 200 && text.includes(`"path":${JSON.stringify(path).replaceAll('/', '\\/')}`);
    expect(await others(at('', names), isItsOwn)).toEqual([]);
  });

  test('with a file it is not found', async () => {
    await write('/srv/code/releases/1', hidden);
    expect(await others(at('', hidden), ({ status, text }) => status === 404 && !text.includes('found '))).toEqual([]);
  });

  test('of its code visitors get what is for them, and call the entries alone', async () => {
    await write('/srv/code/releases/1', open);
    expect(
      await others(at('', open), ({ status, text }, path) => status === 200 && text === `found ${path.slice(1)}`),
    ).toEqual([]);
    const php = [...entries, ...closed].filter((name) => name !== 'index.php');
    await write('/srv/code/releases/1', php, '<?php echo "ran %s";');
    const ran = (path: string) => `ran ${path.slice(1)}`;
    const called = entries.filter((name) => name !== 'index.php');
    expect(await others(at('', called), ({ status, text }, path) => status === 200 && text === ran(path))).toEqual([]);
    expect(await others(at('', closed), ({ status }) => status === 404)).toEqual([]);
  });

  test('of what was uploaded, nothing that runs and no dump, key or log; the rest is there', async () => {
    await write(below, [...uploaded, ...visible, ...inside]);
    expect(await others(at(uploads, [...uploaded, ...inside]), ({ status }) => status === 404)).toEqual([]);
    const isThere = ({ status, text }: Awaited<ReturnType<typeof get>>, path: string) =>
      status === 200 && text === `found ${path.slice(uploads.length + 1)}`;
    expect(await others(at(uploads, visible), isThere)).toEqual([]);
  });
});
