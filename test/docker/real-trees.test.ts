/**
 * Real trees of Drupal and Backdrop on two web machines, as visitors and an editor use them: BOOTDEV_TREE_DRUPAL10=DIR (…DRUPAL11, DRUPAL7, BACKDROP), the
 * folder with composer.json or index.php. They are in no repository of ours, so without one the tests are skipped.
 */
import { existsSync } from 'node:fs';
import { appendFile, cp, readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { docker, eventually, newReplica, type Replica, release } from '../scenarios/replica.ts';
import { fillIn } from './form.ts';
import { ask } from './visitor.ts';
import { newBrowser } from './wordpress/browser.ts';

const password = 'A-pass-word-0f-tests';
const picture = Buffer.from('R0lGODlhAQABAIAAAP8AAP///yH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64');

interface Tree {
  name: string;
  variable: string;
  login: string;
  /** Where an article with a picture is written: address, form, the field's name in the form. */
  add: string;
  form: string;
  title: string;
  image: string;
  /** The form that makes one file of all stylesheets; none: so it is from the first. */
  aggregate?: string;
  files: string;
}

const seven = {
  title: 'title',
  image: 'field_image_und_0',
  login: 'user-login',
  aggregate: 'system-performance-settings',
};
const ten = {
  login: 'user-login-form',
  add: '/node/add/article',
  form: 'node-article-form',
  title: 'title[0][value]',
  image: 'field_image_0',
  files: '/sites/default/files',
};
const trees: readonly Tree[] = [
  { name: 'Drupal 11', variable: 'BOOTDEV_TREE_DRUPAL11', ...ten },
  { name: 'Drupal 10', variable: 'BOOTDEV_TREE_DRUPAL10', ...ten },
  {
    name: 'Drupal 7',
    variable: 'BOOTDEV_TREE_DRUPAL7',
    ...seven,
    add: '/node/add/article',
    form: 'article-node-form',
    files: '/sites/default/files',
  },
  {
    name: 'Backdrop',
    variable: 'BOOTDEV_TREE_BACKDROP',
    ...seven,
    add: '/node/add/post',
    form: 'post-node-form',
    files: '/files',
  },
];

describe.each(trees)('$name', ({ variable, login, add, form, title, image, aggregate, files }) => {
  const from = process.env[variable];
  const real = (name: string, run: () => Promise<void>) =>
    test(name, async (context) => (from ? run() : context.skip(`${variable} names no folder`)));
  /** Where the tree has one: `composer require drush/drush` in it. */
  const drush = (name: string, run: () => Promise<void>) =>
    test(name, async (context) =>
      existsSync(join(from ?? '', 'vendor/bin/drush')) ? run() : context.skip(`${variable} has no vendor/bin/drush`),
    );
  let replica: Replica;
  let host: string;
  let article: string;

  beforeAll(async () => {
    if (!from) return;
    replica = await newReplica(undefined, { local: release });
    await cp(from, join(replica.dir, 'site'), { recursive: true, filter: (path) => !path.endsWith('/.git') });
    await execa('node', [
      join(process.cwd(), 'dist/cli.js'),
      '-C',
      join(replica.dir, 'site'),
      'init',
      '--detect',
      '--set',
      'site.name=tree',
    ]);
    const found = await execa('cat', [join(replica.dir, 'site/bootdev.yaml')]);
    await execa('rm', ['-r', join(replica.dir, 'site/bootdev.yaml'), join(replica.dir, 'site/.bootdev')]);
    const docroot = /docroot: (\S+)/.exec(found.stdout)?.[1] ?? '';
    const settings = found.stdout.replace(/^code:\n.*$/m, '');
    await replica.settings(
      `${settings}\nsearch: { engine: none }\ncache: { ttl: 60 }\ncode: { path: site, docroot: "${docroot}" }\n`,
    );
    await replica.ensure('up');
    const { stdout, stderr, exitCode } = await execa(
      'node',
      [join(process.cwd(), 'dist/cli.js'), 'site', 'install', '--title', 'A real tree', '--password-stdin'],
      { cwd: replica.dir, input: `${password}\n`, reject: false, env: { XDG_CONFIG_HOME: replica.dir } },
    );
    expect([exitCode, stdout + stderr]).toEqual([0, expect.stringContaining('/user/login')]);
    host = `tree.localhost:${await replica.value('BOOTDEV_PORT_HTTPS')}`;
  });
  afterAll(() => replica?.remove());

  const submit = async (
    browser: ReturnType<typeof newBrowser>,
    path: string,
    ...[id, typed]: [string, Parameters<typeof fillIn>[2]]
  ) => {
    const { text } = await browser.ask(path);
    const sent = fillIn(text, id, typed);
    return browser.ask(sent.path, { method: 'POST', headers: sent.headers, body: sent.body });
  };
  const signedIn = async () => {
    const browser = newBrowser(host);
    const { status } = await submit(browser, '/user/login', login, {
      fields: { name: 'admin', pass: password },
      button: 'op',
    });
    expect([302, 303]).toContain(status);
    return browser;
  };
  /** One machine's answer, past the load balancer. */
  const onMachine = async (machine: string, path: string, cookie = '') => {
    const container = await replica.container(machine);
    const headers = [
      '-H',
      `Host: ${host}`,
      '-H',
      'X-Forwarded-Proto: https',
      ...(cookie ? ['-H', `Cookie: ${cookie}`] : []),
    ];
    const answer = await docker(
      'exec',
      container,
      'curl',
      '-s',
      '-o',
      '/dev/null',
      '-D',
      '-',
      ...headers,
      `http://127.0.0.1${path}`,
    );
    return { status: Number(/^HTTP\/\S+ (\d+)/.exec(answer)?.[1]), headers: answer.toLowerCase() };
  };

  real('a login holds on both web machines', async () => {
    const browser = await signedIn();
    for (const machine of ['web-1', 'web-2'])
      expect((await onMachine(machine, add, browser.cookies())).status).toBe(200);
    expect((await onMachine('web-1', add)).status).toBe(403);
  });

  real('an article with a picture, whose style is made on one machine and is a file on the other', async () => {
    const browser = await signedIn();
    const uploaded = await submit(browser, add, form, {
      button: `${image}_upload_button`,
      file: { field: `files[${image}]`, name: 'red.gif', type: 'image/gif', bytes: picture },
    });
    expect(uploaded.status).toBe(200);
    const alt = /name="(field_image\S*\[alt\])"/.exec(uploaded.text)?.[1];
    const sent = fillIn(uploaded.text, form, {
      fields: { [title]: 'Written by a test', ...(alt ? { [alt]: 'red' } : {}) },
      button: 'op',
    });
    const saved = await browser.ask(sent.path, { method: 'POST', headers: sent.headers, body: sent.body });
    expect([302, 303]).toContain(saved.status);
    article = new URL(String(saved.headers.location), `https://${host}`).pathname;
    const { text } = await newBrowser(host).ask(article);
    expect(text).toContain('Written by a test');
    const style = new RegExp(`(${files}/styles/[^"' ]+)`).exec(text)?.[1]?.replaceAll('&amp;', '&');
    expect(style).toBeDefined();
    expect(await onMachine('web-1', style as string)).toMatchObject({
      status: 200,
      headers: expect.stringContaining('content-type: image/'),
    });
    // An ETag is nginx': there it is a file.
    expect(await onMachine('web-2', style as string)).toMatchObject({
      status: 200,
      headers: expect.stringMatching(/\netag: /),
    });
  });

  real('stylesheets in one file, for a year', async () => {
    if (aggregate) {
      const browser = await signedIn();
      const path = '/admin/config/development/performance';
      const { status } = await submit(browser, path, aggregate, {
        fields: { preprocess_css: '1', op: 'Save configuration' },
        button: 'op',
      });
      expect([302, 303]).toContain(status);
    }
    // Another address, since this page is in the micro-cache without them.
    const { text } = await newBrowser(host).ask(`${article}?aggregated`);
    const sheet = new RegExp(`(${files}/css/[^"' ]+\\.css[^"' ]*)`).exec(text)?.[1]?.replaceAll('&amp;', '&');
    expect(sheet).toBeDefined();
    for (const machine of ['web-1', 'web-2', 'web-1'])
      expect(await onMachine(machine, sheet as string)).toMatchObject({
        status: 200,
        headers: expect.stringContaining('content-type: text/css'),
      });
    expect((await onMachine('web-2', sheet as string)).headers).toContain('max-age=31536000');
  });

  real('visitors get pages of the micro-cache, who is signed in his own', async () => {
    const kept = async (cookie?: string) =>
      /x-cache: (\w+)/.exec((await onMachine('web-1', article, cookie)).headers)?.[1];
    await eventually(
      10_000,
      () => kept(),
      (what) => what === 'hit',
    );
    expect(await kept((await signedIn()).cookies())).toBe('bypass');
  });

  real('cron runs, and a forgotten password is mailed', async () => {
    await replica.ensure('exec', 'admin', '/bin/sh', '/etc/bootdev/current/app/cron');
    const browser = newBrowser(host);
    await submit(browser, '/user/password', 'user-pass', { fields: { name: 'admin' }, button: 'op' });
    const inbox = `http://127.0.0.1:${await replica.value('BOOTDEV_PORT_MAIL')}/api/v1/messages`;
    await eventually(
      30_000,
      async () => (await fetch(inbox)).text(),
      (mails) => mails.includes('admin'),
    );
  });

  drush('drush has the site, its address and its database; what it says goes where it belongs', async () => {
    expect((await replica.ensure('drush', 'status', '--field=bootstrap')).stdout.trim()).toBe('Successful');
    expect((await replica.ensure('drush', 'uli')).stdout).toMatch(new RegExp(`^https://${host}/user/reset/1/\\S+$`));
    expect((await replica.ensure('drush', 'sql:query', 'select 41 + 1')).stdout.trim()).toBe('42');
    const { stdout, stderr } = await replica.ensure('drush', 'php:eval', 'echo 42; fwrite(STDERR, "apart");');
    expect([stdout, stderr]).toEqual(['42', 'apart']);
    expect((await replica.bootdev('drush', 'sql:query', 'no statement')).code).toBe(1);
    expect((await replica.ensure('drush', 'core:requirements', '--severity=2', '--format=list')).stdout).toBe('');
  });

  drush('drush cache:rebuild, which reads the settings twice', async () => {
    await replica.ensure('drush', 'cache:rebuild');
    expect((await onMachine('web-2', '/user/login')).status).toBe(200);
  });

  real('of its own files visitors get what is for them', async () => {
    const docroot = await replica.ensure('config', 'code.docroot');
    const root = join(
      replica.dir,
      'site',
      /(\S+)\s+\S*bootdev\.yaml/.exec(docroot.stdout)?.[1]?.replace(/['"]/g, '') ?? '',
    );
    const all = await readdir(root, { recursive: true, withFileTypes: true });
    const kinds = new Map(
      all
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
        .filter((path) => !path.startsWith(`${files}/`))
        .map((path) => [
          `${path.slice(0, path.lastIndexOf('/'))} ${path.slice(path.lastIndexOf('/')).replace(/^[^.]*/, '')}`,
          path,
        ]),
    );
    const url = `https://127.0.0.1:${host.split(':')[1]}`;
    const shown = new Set<string>();
    const paths = [...kinds.values()];
    expect(paths.length).toBeGreaterThan(100);
    while (paths.length > 0) {
      await Promise.all(
        paths.splice(0, 20).map(async (path) => {
          const { status, headers } = await ask(url + encodeURI(path), { host });
          // Pages of the application have no ETag of nginx' own form.
          if (status === 200 && /^"?(?:W\/)?"?[0-9a-f]+-[0-9a-f]+"?$/.test(String(headers.etag ?? '')))
            shown.add(extname(path));
        }),
      );
    }
    const meant =
      /^(?:|\.(?:css|csv|eot|feature|gif|html|ico|jpe?g|js|jsdoc|json|map|md|mjs|otf|pdf|png|rst|script|svgz?|tmpl|ttf|txt|webp|woff2?|xml|zip|mp4|avif|gz))$/i;
    expect([...shown].filter((ending) => !meant.test(ending))).toEqual([]);
  });

  real('no file of the tree was changed', async () => {
    const { stdout } = await execa('diff', ['-rq', '-x', '.git', from as string, join(replica.dir, 'site')], {
      reject: false,
    });
    expect(stdout).toBe('');
  });

  test('an address that comes with other code is there when up has ended', async (context) => {
    const inTree = (root: string) =>
      ['web', ''].map((docroot) => join(root, docroot, 'core/modules/system/system.routing.yml')).find(existsSync);
    if (!from || !inTree(from)) return context.skip(`${variable} names no folder of a Drupal with routes`);
    const route =
      "path: '/of-this-release'\n  defaults: { _form: '\\Drupal\\user\\Form\\UserLoginForm' }\n  requirements: { _access: 'TRUE' }";
    const machines = ['web-1', 'web-2'];
    const statuses = () =>
      Promise.all(machines.map(async (machine) => (await onMachine(machine, '/of-this-release')).status));
    expect(await statuses()).toEqual([404, 404]);
    await appendFile(inTree(join(replica.dir, 'site')) as string, `\ntree.release:\n  ${route}\n`);
    expect((await replica.ensure('up')).stderr).toContain("clear the site's caches");
    expect(await statuses()).toEqual([200, 200]);
    expect((await replica.ensure('up')).stderr).not.toContain('caches');
  });
});
