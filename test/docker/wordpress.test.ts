/** Debian's WordPress on two web machines: what a site does that was not written for bootdev. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { terminal } from '../cli/terminal.ts';
import { docker, eventually, newReplica, type Replica, release } from '../scenarios/replica.ts';
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
  ttl: 60
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
  expect(JSON.parse(text)).toEqual([{ link: expect.stringMatching(/\/\d{4}\/\d\d\/\d\d\/hello-world\/$/) }]);
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
  for (const machine of ['web-1', 'web-2'])
    expect((await replica.ensure('logs', machine)).stdout).toContain('GET /?page=');
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

describe('the object cache', () => {
  const site = async (...command: string[]) =>
    (await replica.ensure('exec', 'admin', 'site', 'php', ...command)).stdout;
  const values = async (machine: string, query = '') =>
    JSON.parse((await askMachine(machine, `/cache.php?${query}`)).body).values as Record<string, number>;

  for (const seed of ['1', '2']) {
    wordpress(`is WordPress' own, but for that every request has it: seed ${seed}`, async () => {
      const said = await site('object-cache.php', seed, '2000');
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

  /** What web-1 has logged of nodes that do not answer. */
  const silences = async () =>
    (await replica.ensure('logs', 'web-1', '--program', 'php-fpm', '--grep', 'object cache:')).stdout;

  wordpress('of a frozen node is lost until it is back, and nothing old is there then', async () => {
    const node = await replica.container('memcached-2');
    expect(await values('web-1', 'set=old')).toEqual({ old: 20 });
    expect(await values('web-2')).toEqual({ old: 20 });
    await docker('pause', node);
    try {
      const seen = [await values('web-1'), await values('web-1'), await values('web-1'), await values('web-1')];
      for (const { old = 0, none = 0 } of seen) expect([old > 0, none > 0, old + none]).toEqual([true, true, 20]);
      expect(await values('web-2', 'set=new')).toEqual({ new: 20 }); // its own request's
    } finally {
      await docker('unpause', node);
    }
    // It cost its time once, not at each request.
    expect((await silences()).split('\n').filter((line) => /NOTICE.*does not answer/.test(line)).length).toBeLessThan(
      3,
    );
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
  await replica.ensure('exec', 'admin', 'job', 'cron', '/etc/bootdev/current/app/cron'); // as its crontab does
  expect((await published()).status).toBe(200);
  expect((await browser.ask('/wp-cron.php')).status).toBe(404);
});
