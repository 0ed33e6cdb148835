/** Debian's WordPress on two web machines: what a site does that was not written for bootdev. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Features } from '../../src/events.ts';
import { terminal } from '../cli/terminal.ts';
import { docker, eventually, newReplica, type Replica, release } from '../scenarios/replica.ts';
import { openTab, type Tab, whyNoChromium } from './chromium.ts';
import { newBrowser } from './wordpress/browser.ts';
import { debianWordPress } from './wordpress/site.ts';

const settings = `
site:
  name: blog
application: wordpress
code:
  path: site
  docroot: web
search:
  engine: none
cache:
  ttl: 600 # longer than these tests: what changes is purged
`;
const editor = { log: 'editor', pwd: '' };
let replica: Replica;
let missing: string | undefined;
let host: string;
let said = '';
let installation = '';

beforeAll(async () => {
  replica = await newReplica(settings, { local: release });
  missing = await debianWordPress(join(replica.dir, 'site'));
  if (missing) return;
  const { stdout, stderr } = await replica.ensure('up');
  said = stdout + stderr;
  const screen = terminal(replica.dir, 'site install --title "Debian on bootdev" --admin-user editor');
  expect(await screen.ended(), screen.text()).toMatchObject({ code: 0 });
  installation = screen.text();
  editor.pwd = /^password {2}(\S{20})/m.exec(installation)?.[1] ?? '';
  host = await address();
});
afterAll(() => replica?.remove());

const address = async () => `blog.localhost:${await replica.value('BOOTDEV_PORT_HTTPS')}`;
const wordpress = (name: string, run: () => Promise<void>) =>
  test(name, async (context) => (missing ? context.skip(missing) : run()));

const visitor = () => newBrowser(host);
async function signedIn() {
  const browser = visitor();
  await browser.ask('/wp-login.php'); // sets the cookie that proves that cookies work
  const { status, headers } = await browser.post('/wp-login.php', { ...editor, testcookie: '1' });
  expect({ status, to: headers.location }).toEqual({ status: 302, to: `https://${host}/wp-admin/` });
  return browser;
}
type Browser = Awaited<ReturnType<typeof signedIn>>;

/** The REST interface, as the editor's scripts use it. */
async function rest(browser: Browser, path: string, headers: Record<string, string>, body: string | Buffer) {
  const { text: nonce } = await browser.ask('/wp-admin/admin-ajax.php?action=rest-nonce');
  const { status, text } = await browser.ask(`/wp-json/wp/v2${path}`, {
    method: 'POST',
    headers: { 'x-wp-nonce': nonce, ...headers },
    body,
  });
  expect(status, text).toBe(201);
  return JSON.parse(text) as { id: number; source_url: string };
}

/** A request to one web machine, past the load balancer: its status, X-Cache and body. */
async function askMachine(machine: string, path: string, cookie = '') {
  const headers = [`Host: ${host}`, `Cookie: ${cookie}`, 'X-Forwarded-Proto: https'].flatMap((line) => ['-H', line]);
  const curl = ['curl', '-s', '-i', ...headers, `http://127.0.0.1${path}`];
  const answer = await docker('exec', await replica.container(machine), ...curl);
  return {
    status: Number(/^HTTP\/\S+ (\d+)/.exec(answer)?.[1]),
    cache: /^X-Cache: (\w+)/im.exec(answer)?.[1],
    body: answer.slice(answer.indexOf('\r\n\r\n') + 4),
  };
}

wordpress('without a wp-config.php `up` ends at its own installer, which only the database decides', async () => {
  expect(said).toContain('The site is not installed yet');
  expect(said).toMatch(/bootdev site install, or open https:\/\/\S+\/wp-admin\/install\.php/);
});

wordpress('`site install` answers it, with addresses of words; a site that is there stays', async () => {
  expect(installation).toContain(`WordPress is installed: https://${host}/wp-login.php`);
  const { text } = await visitor().ask('/wp-json/wp/v2/posts?_fields=link');
  expect(JSON.parse(text)).toEqual([
    { link: expect.stringMatching(/^https:\/\/[^/]+\/\d{4}\/\d\d\/\d\d\/hello-world\/$/) },
  ]);
  await writeFile(join(replica.dir, 'password'), 'another one');
  const again = terminal(replica.dir, 'site install --password-stdin <password');
  expect(await again.ended()).toMatchObject({ code: 1 });
  expect(again.text()).toContain('The site is installed already');
});

wordpress('the front page comes from both web machines', async () => {
  const browser = visitor();
  const pages = await Promise.all(Array.from({ length: 8 }, (_, at) => browser.ask(`/?page=${at}`)));
  for (const { status, text } of pages) {
    expect(status).toBe(200);
    expect(text).toContain('Debian on bootdev');
  }
  // nginx writes each half second.
  for (const machine of ['web-1', 'web-2'])
    await expect.poll(async () => (await replica.ensure('logs', machine)).stdout).toContain('GET /?page=');
});

wordpress('a visitor gets the page from the micro-cache; who is signed in gets his own', async () => {
  const cookies = (await signedIn()).cookies();
  for (const machine of ['web-1', 'web-2']) {
    const path = `/?asked-on=${machine}`;
    const caches = [await askMachine(machine, path), await askMachine(machine, path)].map(({ cache }) => cache);
    expect(caches).toEqual(['MISS', 'HIT']);
    const own = await askMachine(machine, path, cookies);
    expect({ status: own.status, cache: own.cache }).toEqual({ status: 200, cache: 'BYPASS' });
    expect(own.body).toContain('id="wpadminbar"');
    const after = await askMachine(machine, path);
    expect(after.cache).toBe('HIT');
    expect(after.body).not.toContain('id="wpadminbar"');
  }
});

wordpress('a login holds on every web machine', async () => {
  const cookies = (await signedIn()).cookies();
  for (const machine of ['web-1', 'web-2']) {
    expect((await askMachine(machine, '/wp-admin/', cookies)).body).toContain('<title>Dashboard');
    expect((await askMachine(machine, '/wp-admin/')).status).toBe(302);
  }
});

wordpress(
  'it reaches itself by its public address, as Site Health tries, and with the certificate verified',
  async () => {
    for (const machine of ['web-1', 'admin']) {
      const { stdout } = await replica.ensure('exec', machine, 'site', 'php', 'loopback.php');
      expect(JSON.parse(stdout), machine).toEqual({ loopback: 'good', verified: 200 });
    }
  },
);

wordpress('a wrong password does not sign in', async () => {
  const browser = visitor();
  await browser.ask('/wp-login.php');
  const { status, text } = await browser.post('/wp-login.php', { ...editor, pwd: 'guess', testcookie: '1' });
  expect(status).toBe(200);
  expect(text).toContain('login_error');
});

wordpress('its features: what requests show, a plugin that is not active, what waits', async () => {
  const { features } = JSON.parse((await replica.ensure('features', '--json')).stdout) as { features: Features };
  const said = Object.fromEntries(features.rows.map(({ name, state, text }) => [name, `${state}: ${text}`]));
  expect(said).toMatchObject({
    'page-cache': expect.stringMatching(/^works: /),
    'object-cache': expect.stringMatching(/^works: building \/ read \d+ times from 2 memcached nodes$/),
    'shared-files': 'works: a file written on web-1 was read on web-2 through /wp-content/uploads/',
    mail: expect.stringMatching(/^works: /),
    sitemap: "works: /wp-sitemap.xml is one; robots.txt names one; WordPress' own",
    'meta-tags': expect.stringMatching(/^waits: for one of wordpress-seo, /),
    spam: 'off: akismet is in the code, not enabled',
  });
});

describe('the object cache', () => {
  const site = async (...command: string[]) =>
    (await replica.ensure('exec', 'admin', 'site', 'php', ...command)).stdout;
  const values = async (machine: string, query = '') =>
    JSON.parse((await askMachine(machine, `/cache.php?${query}`)).body).values as Record<string, number>;

  for (const seed of ['1', '2']) {
    wordpress(`is WordPress' own, but for that every request has it: seed ${seed}`, async () => {
      // On a busy computer a node may be silent for a moment, and what it had is lost: then once more.
      const compare = () => replica.ensure('exec', 'admin', 'site', 'php', 'object-cache.php', seed, '2000');
      const { stdout: said } = await eventually(90_000, compare, ({ stderr }) => !stderr.includes('does not answer'));
      expect(said).toMatch(/^\{/);
      const { steps, requests, hits, ...rest } = JSON.parse(said);
      expect(rest).toEqual({ external: true, class: 'bootdev\\ObjectCache' });
      expect(steps).toBe(2000);
      expect([requests > 100, hits > 50]).toEqual([true, true]);
    });
  }

  wordpress("is the site's own, where it brings one", async () => {
    const write = (file: string, code: string) =>
      replica.ensure('exec', 'admin', `mkdir -p /tmp/own; echo '<?php ${code}' >/tmp/own/${file}`);
    await write('object-cache.php', 'define("MINE", 1); require ABSPATH . WPINC . "/cache.php";');
    const look = 'require "web/wp-load.php"; echo get_class($wp_object_cache), defined("MINE") ? " mine" : "";';
    await write('look.php', `define("SHORTINIT", true); ${look}`);
    expect(await site('/tmp/own/look.php')).toBe('bootdev\\ObjectCache');
    await write('look-there.php', `define("SHORTINIT", true); define("WP_CONTENT_DIR", "/tmp/own"); ${look}`);
    expect(await site('/tmp/own/look-there.php')).toBe('WP_Object_Cache mine');
  });

  /** How often web-1 has found that node silent. */
  const silences = async () =>
    (
      await replica.ensure('logs', 'web-1', '--program', 'php-fpm', '--tail', '5000', '--grep', 'does not answer')
    ).stdout
      .split('\n')
      .filter((line) => line.includes('NOTICE') && line.includes('memcached-2')).length;

  wordpress('of a frozen node is lost until it is back, and nothing old is there then', async () => {
    const node = await replica.container('memcached-2');
    expect(await values('web-1', 'set=old')).toEqual({ old: 20 });
    expect(await values('web-2')).toEqual({ old: 20 });
    const before = await silences();
    await docker('pause', node);
    try {
      const seen = [await values('web-1'), await values('web-1'), await values('web-1'), await values('web-1')];
      for (const { old = 0, none = 0 } of seen) expect([old > 0, none > 0, old + none]).toEqual([true, true, 20]);
      expect(await values('web-2', 'set=new')).toEqual({ new: 20 }); // its own request's
    } finally {
      await docker('unpause', node);
    }
    // It cost its time once, not at each request.
    expect((await silences()) - before).toBeLessThan(3);
    // A machine tries again every ten seconds; what each of them changes, the other sees then.
    for (const [one, other] of [
      ['web-1', 'web-2'],
      ['web-2', 'web-1'],
    ] as const) {
      await eventually(
        60_000,
        async () => {
          await values(one, `set=${one}`);
          const seen = await values(other);
          expect(seen.old).toBe(undefined);
          return seen;
        },
        (seen) => seen[one] === 20,
      );
    }
  });

  wordpress('of another database is not used', async () => {
    expect(await values('web-1', 'set=before')).toEqual({ before: 20 });
    const row = "WHERE option_name = 'bootdev_object_cache'";
    await replica.ensure('exec', 'mysql', 'mysql', 'site', '-e', `UPDATE wp_options SET option_value = '{}' ${row}`); // as a dump has it
    expect(await values('web-2')).toEqual({ none: 20 });
    await replica.ensure('exec', 'mysql', 'mysql', 'site', '-e', `DELETE FROM wp_options ${row}`);
    expect(await values('web-1', 'set=after')).toEqual({ after: 20 });
    expect(await values('web-2')).toEqual({ after: 20 });
  });
});

wordpress('what is uploaded to one web machine is served by the other, and kept over down and up', async () => {
  const picture = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  const headers = { 'content-type': 'image/png', 'content-disposition': 'attachment; filename=dot.png' };
  const { source_url } = await rest(await signedIn(), '/media', headers, picture);
  expect(source_url).toMatch(new RegExp(`^https://${host}/wp-content/uploads/\\d+/\\d+/dot\\.png$`));
  const served = async (machine: string) => {
    const curl = `curl -s http://127.0.0.1${new URL(source_url).pathname} | base64 -w0`;
    return docker('exec', await replica.container(machine), 'sh', '-c', curl);
  };
  for (const machine of ['web-1', 'web-2']) {
    const mounts = await docker('exec', await replica.container(machine), 'cat', '/proc/mounts');
    expect(mounts).toMatch(/ \/srv\/files fuse\.glusterfs /);
    expect(await served(machine)).toBe(picture.toString('base64'));
  }
  await replica.ensure('down');
  await replica.ensure('up');
  host = await address(); // the port may have been another's meanwhile
  for (const machine of ['web-1', 'web-2']) expect(await served(machine)).toBe(picture.toString('base64'));
});

/** What the site has sent, newest first. */
async function mails() {
  const answer = await fetch(`http://127.0.0.1:${await replica.value('BOOTDEV_PORT_MAIL')}/api/v1/messages`);
  return ((await answer.json()) as { messages: { Subject: string; From: { Address: string } }[] }).messages.map(
    ({ Subject, From }) => `${From.Address}: ${Subject}`,
  );
}

wordpress('a release with newer tables: its update is known and made, once', async () => {
  const update = async (verb: string) =>
    (await replica.ensure('exec', 'admin', '/etc/bootdev/current/app/update', verb)).stdout.trim().split('\n').at(-1);
  const version = "SELECT option_value FROM wp_options WHERE option_name = 'db_version'";
  const ask = async () => (await replica.ensure('mysql', '-N', '-e', version)).stdout;
  const now = await ask();
  expect(await update('pending')).toBe('0');
  await replica.ensure('mysql', '-e', "UPDATE wp_options SET option_value = '49752' WHERE option_name = 'db_version'");
  expect(await update('pending')).toBe('1');
  await update('run');
  expect(await ask()).toBe(now);
  expect(await update('pending')).toBe('0');
});

describe('in Chromium, as its editor works', () => {
  const why = whyNoChromium();
  const step = (name: string, run: () => Promise<void>) =>
    test(name, async (context) => {
      context.skip(why !== undefined || missing !== undefined, why ?? missing);
      await run();
    });
  const onBoth = async (path: string) => [await askMachine('web-1', path), await askMachine('web-2', path)] as const;
  const statuses = async (path: string) => (await onBoth(path)).map(({ status }) => status);
  let tab: Tab;
  let post: { id: number; path: string };
  beforeAll(async () => {
    if (!why && !missing) tab = await openTab();
  });
  afterAll(() => tab?.close());

  /** Writes a post in the editor, by what its buttons call. */
  async function write(title: string, more: object = {}) {
    await tab.open(`https://${host}/wp-admin/post-new.php`);
    await tab.until("window.wp?.data?.select('core/editor')?.getCurrentPostId()");
    const content = `<!-- wp:paragraph --><p>Words of ${title}</p><!-- /wp:paragraph -->`;
    const edit = JSON.stringify({ title, content, status: 'publish', ...more });
    const { id, link } = await tab.run<{ id: number; link: string }>(
      `const { dispatch, select } = window.wp.data;
       await dispatch('core/editor').editPost(${edit});
       // Chromium gives up a request when a network of the computer changes, as another test's replica does: then once more.
       for (let n = 0; n < 5; n++) {
         await dispatch('core/editor').savePost();
         if (!select('core/editor').didPostSaveRequestFail()) break;
       }
       if (select('core/editor').didPostSaveRequestFail()) throw new Error('not saved');
       return { id: select('core/editor').getCurrentPostId(), link: select('core/editor').getPermalink() };`,
    );
    return { id, path: new URL(link).pathname };
  }

  step('signs in', async () => {
    await tab.open(`https://${host}/wp-login.php`);
    const typed = `document.querySelector('#user_login').value = '${editor.log}'; document.querySelector('#user_pass').value = '${editor.pwd}';`;
    await tab.leave(`${typed} document.querySelector('#wp-submit').click()`);
    expect(await tab.run('return document.title')).toContain('Dashboard');
  });

  step('reads where plugins and updates come from, where they are looked for', async () => {
    for (const page of ['plugins.php', 'themes.php', 'plugin-install.php', 'update-core.php']) {
      await tab.open(`https://${host}/wp-admin/${page}`);
      expect(await tab.run('return document.body.innerText'), page).toContain('bootdev promote');
    }
    await tab.open(`https://${host}/wp-admin/users.php`);
    expect(await tab.run('return document.body.innerText')).not.toContain('bootdev promote');
  });

  step('writes a post: it has an address of words, and is in the feed, the REST interface and the list', async () => {
    post = await write('First of the browser');
    expect(post.path).toMatch(/^\/\d{4}\/\d\d\/\d\d\/first-of-the-browser\/$/);
    for (const { status, body } of await onBoth(post.path))
      expect([status, body.includes('Words of First')]).toEqual([200, true]);
    const nothingStored = `?t=${Date.now()}`;
    for (const path of ['/feed/', '/wp-json/wp/v2/posts', '/'])
      for (const { body } of await onBoth(`${path}${nothingStored}`))
        expect(body, path).toContain('First of the browser');
  });

  step('uploads a picture by the form: each machine has it and its smaller copies', async () => {
    const file = join(replica.dir, 'big.png');
    await tab.picture(file); // 1200 × 900
    await tab.open(`https://${host}/wp-admin/media-new.php?browser-uploader`);
    await tab.choose('#async-upload', [file]);
    await tab.leave("document.querySelector('#html-upload').click()");
    const [{ body }] = await onBoth(`/wp-json/wp/v2/media?per_page=1&t=${Date.now()}`);
    const [media] = JSON.parse(body) as { media_details: { sizes: Record<string, { source_url: string }> } }[];
    const sizes = Object.values(media?.media_details.sizes ?? {}).map(({ source_url }) => new URL(source_url).pathname);
    expect(sizes.length).toBeGreaterThan(2);
    for (const path of sizes) expect(await statuses(path), path).toEqual([200, 200]);
  });

  step('previews a draft that nobody else sees', async () => {
    const draft = await write('Not yet', { status: 'draft' });
    const preview = `/?p=${draft.id}&preview=true`;
    await tab.open(`https://${host}${preview}`);
    expect(await tab.run('return document.body.innerText')).toContain('Words of Not yet');
    for (const { body } of await onBoth(preview)) expect(body).not.toContain('Words of Not yet');
  });

  step('gives a post a password: who has it reads it, and nobody after him', async () => {
    const secret = await write('Behind a door', { password: 'sesame' });
    for (const { body } of await onBoth(secret.path)) expect(body).not.toContain('Words of Behind');
    const guest = visitor();
    const referer = `https://${host}${secret.path}`;
    const form = String(new URLSearchParams({ post_password: 'sesame' }));
    const headers = { 'content-type': 'application/x-www-form-urlencoded', referer };
    await guest.ask('/wp-login.php?action=postpass', { method: 'POST', headers, body: form });
    expect((await guest.ask(secret.path)).text).toContain('Words of Behind');
    for (const { body } of await onBoth(secret.path)) expect(body).not.toContain('Words of Behind');
  });

  step('gets a comment by mail, lets it through, and everybody reads it', async () => {
    const comment = { comment: 'Well said', author: 'Ann', email: 'ann@example.org', comment_post_ID: String(post.id) };
    const sent = await visitor().post('/wp-comments-post.php', { ...comment, comment_parent: '0' });
    expect(sent.status).toBe(302);
    expect(await mails()).toEqual(
      expect.arrayContaining([
        'no-reply@blog.localhost: [Debian on bootdev] Please moderate: "First of the browser"',
        'no-reply@blog.localhost: New WordPress Site',
      ]),
    );
    await tab.open(`https://${host}/wp-admin/edit-comments.php?comment_status=moderated`);
    await tab.leave(
      `const box = document.querySelector('#the-comment-list input[type=checkbox]'); box.checked = true;
       document.querySelector('#bulk-action-selector-top').value = 'approve'; document.querySelector('#doaction').click()`,
    );
    await eventually(
      60_000,
      () => onBoth(post.path),
      (pages) => pages.every(({ body }) => body.includes('Well said')),
    );
  });

  step('changes a post, which was stored: both machines have the new one, and the front page', async () => {
    for (const path of [post.path, '/'])
      await eventually(
        60_000,
        () => onBoth(path),
        (pages) => pages.every(({ cache }) => cache === 'HIT'),
      );
    await tab.open(`https://${host}/wp-admin/post.php?post=${post.id}&action=edit`);
    await tab.until("window.wp?.data?.select('core/editor')?.getCurrentPostId()");
    await tab.run(
      `const { dispatch, select } = window.wp.data;
       await dispatch('core/editor').editPost({ title: 'First, and better' });
       for (let n = 0; n < 5; n++) {
         await dispatch('core/editor').savePost();
         if (!select('core/editor').didPostSaveRequestFail()) break;
       }`,
    );
    for (const path of [post.path, '/'])
      for (const { body } of await onBoth(path)) expect(body).toContain('First, and better');
  });

  step('puts the post into the bin: it is gone everywhere', async () => {
    expect((await onBoth(post.path)).map(({ cache }) => cache)).not.toContain('BYPASS');
    await tab.open(`https://${host}/wp-admin/edit.php`);
    const bin = await tab.run<string>(`return document.querySelector('#post-${post.id} .submitdelete').href`);
    await tab.open(bin);
    await eventually(
      60_000,
      () => statuses(post.path),
      (both) => both.every((status) => status === 404),
    );
    for (const path of ['/feed/', '/wp-json/wp/v2/posts'])
      for (const { body } of await onBoth(`${path}?t=${Date.now()}`)) expect(body).not.toContain('First, and better');
  });
});

wordpress('cron runs on the admin machine: a scheduled post appears without a visitor', async () => {
  const admin = await replica.container('admin');
  await docker('exec', admin, 's6-svc', '-wD', '-d', '/run/service/cron');
  const soon = new Date(Date.now() + 3_600_000).toISOString().slice(0, 19); // what is due within a minute appears at once
  const post = JSON.stringify({ title: 'From the future', content: '…', status: 'future', date_gmt: soon });
  const { id } = await rest(await signedIn(), '/posts', { 'content-type': 'application/json' }, post);
  const browser = visitor();
  const published = () => browser.ask(`/wp-json/wp/v2/posts/${id}`);
  await replica.ensure('exec', 'admin', 'site', 'php', 'hour-later.php', String(id));
  for (const _ of Array(6)) expect((await browser.ask(`/?visit=${Math.random()}`)).status).toBe(200);
  expect((await published()).status).toBe(401);
  // As its crontab does; the last run of that may not have ended.
  const cron = () => replica.ensure('exec', 'admin', 'job', 'cron', '/etc/bootdev/current/app/cron');
  await eventually(
    90_000,
    async () => (await cron()) && (await published()).status,
    (status) => status === 200,
  );
  expect((await browser.ask('/wp-cron.php')).status).toBe(404);
});

wordpress('cron runs for each site of a network, also where a site has a name of its own', async () => {
  const network = (step: string) => replica.ensure('exec', 'admin', 'site', 'php', 'network.php', step);
  await network('make');
  const constants = {
    MULTISITE: true,
    SUBDOMAIN_INSTALL: true,
    DOMAIN_CURRENT_SITE: 'blog.localhost',
    PATH_CURRENT_SITE: '/',
    SITE_ID_CURRENT_SITE: 1,
    BLOG_ID_CURRENT_SITE: 1,
  };
  const defined = Object.entries(constants).map(([name, value]) => `define('${name}', ${JSON.stringify(value)});\n`);
  const config = `<?php\n$table_prefix = 'wp_';\n${defined.join('')}require_once ABSPATH . 'wp-settings.php';\n`;
  await writeFile(join(replica.dir, 'site/web/wp-config.php'), config);
  await replica.ensure('up');
  // A run that began before would write back the list of jobs as it has read it, without those of here: so does WordPress everywhere.
  await docker('exec', await replica.container('admin'), 's6-svc', '-wD', '-d', '/run/service/cron');
  const cron = () => replica.ensure('exec', 'admin', 'job', 'cron', '/etc/bootdev/current/app/cron');
  await eventually(200_000, cron, ({ stdout, stderr }) => !`${stdout}${stderr}`.includes('not started'));
  await network('two');
  expect(Object.values(JSON.parse((await network('due')).stdout))).toHaveLength(2);
  const posts = async () => Object.values(JSON.parse((await network('look')).stdout));
  // Where a run was begun just now, WordPress lets the next one wait for a minute.
  await eventually(
    200_000,
    async () => (await cron()) && (await posts()),
    (statuses) => statuses.every((status) => status === 'publish'),
  );
});
