/**
 * Modules that keep uploads in the bucket, for real: BOOTDEV_TREE_S3FS=DIR, a Drupal 10 or 11 with s3fs and AWS' SDK in its vendor, and BOOTDEV_PLUGIN_OFFLOAD=DIR,
 * the plugin amazon-s3-and-cloudfront, in Debian's WordPress. They are in no repository of ours: without them the tests are skipped.
 */
import { copyFile, cp } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { light, newReplica, type Replica, release } from '../scenarios/replica.ts';
import { ask } from './visitor.ts';
import { newBrowser } from './wordpress/browser.ts';
import { debianWordPress } from './wordpress/site.ts';

const password = 'A-pass-word-0f-tests';
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

async function install(replica: Replica, ...more: string[]) {
  await replica.ensure('up');
  const command = ['site', 'install', '--title', 'With S3', '--password-stdin', ...more];
  const { stdout, stderr, exitCode } = await execa('node', [join(process.cwd(), 'dist/cli.js'), ...command], {
    ...{ cwd: replica.dir, input: `${password}\n`, reject: false, env: { XDG_CONFIG_HOME: replica.dir } },
  });
  expect(exitCode, stdout + stderr).toBe(0);
}
/** As a visitor has it, through the published port. */
const open = async (replica: Replica, url: string) => {
  const { host, pathname, search } = new URL(url);
  return ask(`https://127.0.0.1:${await replica.value('BOOTDEV_PORT_HTTPS')}${pathname}${search}`, { host });
};
/** What the bucket itself has. */
const object = async (replica: Replica, path: string) =>
  ask(`http://127.0.0.1:${await replica.value('BOOTDEV_PORT_S3')}/bucketed-media/${path}`);

describe('Drupal with s3fs', () => {
  const from = process.env.BOOTDEV_TREE_S3FS;
  const real = (name: string, run: () => Promise<void>) =>
    test(name, async (context) => (from ? run() : context.skip('BOOTDEV_TREE_S3FS names no folder')));
  let replica: Replica;
  const site = async (step: string) =>
    JSON.parse((await replica.ensure('exec', 'admin', 'site', 'php', 's3-files-drupal.php', step)).stdout);

  beforeAll(async () => {
    if (!from) return;
    replica = await newReplica(`site: { name: bucketed }\napplication: drupal\ncode: { path: site }\n${light}`, {
      local: release,
    });
    await cp(from, join(replica.dir, 'site'), { recursive: true });
    await copyFile(join(import.meta.dirname, 's3-files-drupal.php'), join(replica.dir, 'site/s3-files-drupal.php'));
    await install(replica);
    await site('enable');
  });
  afterAll(() => replica?.remove());

  real("a file and its image style are in the bucket, and at the site's own address", async () => {
    const { url, style, errors } = await site('write');
    expect(errors).toEqual([]);
    expect(new URL(url).pathname).toMatch(/^\/-\/media\/pictures\/.*%20.*\.png$/);
    const original = await open(replica, url);
    expect([original.status, original.headers['content-type'], original.bytes]).toEqual([200, 'image/png', picture]);
    expect((await object(replica, new URL(url).pathname.slice(3))).bytes).toEqual(picture);
    // Made when it is first asked for, by Drupal, which leads to it; then it is in the bucket too.
    const first = await open(replica, style);
    expect([first.status, first.headers.location]).toEqual([
      302,
      expect.stringMatching(/\/-\/media\/styles\/thumbnail\/s3\//),
    ]);
    const { style: made } = await site('look');
    expect(new URL(made).pathname).toMatch(/^\/-\/media\/styles\/thumbnail\/s3\//);
    expect((await open(replica, made)).status).toBe(200);
  });

  real('features say so', async () => {
    const { features } = JSON.parse((await replica.ensure('features', '--json')).stdout);
    const row = features.rows.find(({ name }: { name: string }) => name === 's3-files');
    expect(row).toMatchObject({ state: 'set-up', text: expect.stringContaining('s3fs is in the code, enabled') });
  });
});

describe('WordPress with WP Offload Media', () => {
  const from = process.env.BOOTDEV_PLUGIN_OFFLOAD;
  let missing = from ? undefined : 'BOOTDEV_PLUGIN_OFFLOAD names no folder';
  const real = (name: string, run: () => Promise<void>) =>
    test(name, async (context) => (missing ? context.skip(missing) : run()));
  let replica: Replica;

  beforeAll(async () => {
    if (missing || !from) return;
    replica = await newReplica(
      `site: { name: bucketed }\napplication: wordpress\ncode: { path: site, docroot: web }\n${light}`,
      { local: release },
    );
    missing = await debianWordPress(join(replica.dir, 'site'));
    if (missing) return;
    await cp(from, join(replica.dir, 'site/web/wp-content/plugins/amazon-s3-and-cloudfront'), { recursive: true });
    await install(replica, '--admin-user', 'editor');
    await copyFile(join(import.meta.dirname, 's3-files-wordpress.php'), join(replica.dir, 'site/activate.php'));
    await replica.ensure('up');
    expect((await replica.ensure('exec', 'admin', 'site', 'php', 'activate.php')).stdout).toBe('active');
  });
  afterAll(() => replica?.remove());

  real("an upload is in the bucket, and at the site's own address", async () => {
    const browser = newBrowser(`bucketed.localhost:${await replica.value('BOOTDEV_PORT_HTTPS')}`);
    await browser.ask('/wp-login.php');
    await browser.post('/wp-login.php', { log: 'editor', pwd: password, testcookie: '1' });
    const { text: nonce } = await browser.ask('/wp-admin/admin-ajax.php?action=rest-nonce');
    const headers = { 'content-type': 'image/png', 'content-disposition': 'attachment; filename=dot.png' };
    const sent = { method: 'POST', headers: { 'x-wp-nonce': nonce, ...headers }, body: picture };
    const { status, text } = await browser.ask('/wp-json/wp/v2/media', sent);
    expect(status, text).toBe(201);
    const url = new URL(JSON.parse(text).source_url);
    expect(url.pathname).toMatch(/^\/-\/media\/\d{4}\/\d\d\/\d+\/dot\.png$/);
    const found = await open(replica, url.href);
    expect([found.status, found.headers['content-type'], found.bytes]).toEqual([200, 'image/png', picture]);
    expect((await object(replica, url.pathname.slice(3))).bytes).toEqual(picture);
    // Binned for good, it is gone there too.
    const { id } = JSON.parse(text);
    await browser.ask(`/wp-json/wp/v2/media/${id}?force=true`, { method: 'DELETE', headers: { 'x-wp-nonce': nonce } });
    expect((await object(replica, url.pathname.slice(3))).status).toBe(404);
  });

  real('features say so', async () => {
    const { features } = JSON.parse((await replica.ensure('features', '--json')).stdout);
    const row = features.rows.find(({ name }: { name: string }) => name === 's3-files');
    expect(row).toMatchObject({
      state: 'set-up',
      text: expect.stringContaining('amazon-s3-and-cloudfront is in the code, enabled'),
    });
  });
});
