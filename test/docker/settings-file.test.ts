/** An application reads our settings with its own settings file, which nobody changes (docs/decisions/0017-settings-file.md). */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask as asVisitor } from './visitor.ts';
import { startWebMachine, type WebMachine } from './web-machine.ts';

const apps = resolve('test/apps');
const cache = { enabled: false } as const;

/** The release of a machine, changed as the folder of a live replica is. */
const write = (machine: WebMachine, path: string, text: string) =>
  machine.exec('sh', '-c', `printf %s "$1" >"/srv/code/releases/1/${path}"`, 'sh', text);
const remove = (machine: WebMachine, ...paths: string[]) =>
  machine.exec('rm', '-f', ...paths.map((path) => `/srv/code/releases/1/${path}`));

async function ask(machine: WebMachine, path = '/') {
  const answer = await fetch(machine.url + path, { redirect: 'manual' });
  const text = await answer.text();
  return text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : { status: answer.status, text };
}

/** Soon: opcache keeps no file that is not two seconds old. */
const expectNoMisses = (machine: WebMachine) =>
  expect.poll(async () => Number((await ask(machine)).misses) - Number((await ask(machine)).misses)).toBe(0);

const secrets = (machine: WebMachine) =>
  machine.exec(
    'sh',
    '-c',
    'cd /run/secrets/app && printf password >db-password && printf salt >hash-salt && chgrp www-data db-password hash-salt && chmod 640 db-password hash-salt',
  );

describe.each([
  ['a release', '0'],
  ['a live folder', '1'],
])('WordPress, in %s', (_, OPCACHE_VALIDATE) => {
  const own = (more = '') => `<?php
define('DB_NAME', 'elsewhere');
define('WP_HOME', 'https://production.example');
define('CONFIG_IN', __DIR__);
$table_prefix = 'mine_';
${more}
require_once ABSPATH . 'wp-settings.php';
`;
  let machine: WebMachine;
  beforeAll(async () => {
    const settings = { application: 'wordpress', code: { docroot: 'web' }, cache } as const;
    machine = await startWebMachine(join(apps, 'wordpress'), settings, { over: { OPCACHE_VALIDATE } });
    await secrets(machine);
  });
  afterAll(() => machine?.remove());

  test('without a wp-config.php it has our database', async () => {
    await remove(machine, 'web/wp-config.php', 'wp-config.php');
    const ours = { database: 'site', prefix: 'wp_', configIn: null, home: machine.url };
    expect(await ask(machine)).toMatchObject(ours);
    expect(await ask(machine)).toMatchObject(ours);
  });

  test.each([
    ['in its root', 'web/wp-config.php', '/srv/code/releases/1/web'],
    ['above it', 'wp-config.php', '/srv/code/releases/1'],
  ])("the user's own %s is read as it is, after ours", async (_, path, configIn) => {
    await remove(machine, 'web/wp-config.php', 'wp-config.php');
    await write(machine, path, own());
    for (let n = 0; n < 3; n++) {
      expect(await ask(machine)).toMatchObject({ database: 'site', prefix: 'mine_', home: machine.url, configIn });
    }
    expect(await machine.exec('cat', `/srv/code/releases/1/${path}`)).toBe(own().trim());
  });

  test('neither warning nor error handler nor wrapper is left, and opcache has all the rest', async () => {
    await write(machine, 'web/wp-config.php', own());
    expect(await ask(machine)).toMatchObject({ handler: false, warned: null, wrapper: 'plainfile' });
    await expectNoMisses(machine);
    expect(await machine.logs()).not.toMatch(/already defined/);
  });

  test("a warning of the user's own stays one", async () => {
    await write(machine, 'web/wp-config.php', own('trigger_error("mine", E_USER_WARNING); define("CONFIG_IN", 2);'));
    expect(await ask(machine)).toMatchObject({ warned: 'Constant CONFIG_IN already defined' });
  });

  test('an edit shows at the next request', async () => {
    for (const prefix of ['one_', 'two_']) {
      await write(machine, 'web/wp-config.php', own(`$table_prefix = '${prefix}';`));
      expect(await ask(machine)).toMatchObject({ prefix });
    }
  });

  test('a wp-config.php that asks for ours itself may do so', async () => {
    await write(
      machine,
      'web/wp-config.php',
      own().replace('<?php', "<?php require '/etc/bootdev/current/app/settings.php';"),
    );
    expect(await ask(machine)).toMatchObject({ database: 'site', prefix: 'mine_', warned: null });
  });

  test('so does wp-cli, which reads the file as text: with one and without', async () => {
    const cli = async () => JSON.parse(await machine.exec('site', 'php', 'wp-cli.php'));
    await write(machine, 'web/wp-config.php', own());
    const configIn = expect.stringMatching(/^\/srv\/code\/.+\/web$/);
    expect(await cli()).toMatchObject({
      database: 'site',
      prefix: 'mine_',
      configIn,
      warned: null,
      wrapper: 'plainfile',
    });
    await remove(machine, 'web/wp-config.php', 'wp-config.php');
    expect(await cli()).toMatchObject({ database: 'site', prefix: 'wp_', configIn: null });
  });

  test("a network's site in a folder has WordPress' files, under its own address", async () => {
    const says = '<?php echo json_encode(["script" => $_SERVER["SCRIPT_NAME"], "uri" => $_SERVER["REQUEST_URI"]]);';
    await machine.exec('mkdir', '-p', '/srv/code/releases/1/web/wp-admin', '/srv/code/releases/1/web/wp-includes');
    for (const file of ['wp-admin/index.php', 'wp-admin/edit.php', 'wp-login.php'])
      await write(machine, `web/${file}`, says);
    await write(machine, 'web/wp-includes/a.css', 'a{}');
    for (const [path, script] of [
      ['/two/wp-admin/', '/wp-admin/index.php'],
      ['/two/wp-admin/edit.php?a=1', '/wp-admin/edit.php'],
      ['/two/wp-login.php', '/wp-login.php'],
      ['/wp-admin/', '/wp-admin/index.php'],
    ] as const) {
      expect(await ask(machine, path)).toMatchObject({ script, uri: path });
    }
    expect((await fetch(`${machine.url}/two/wp-admin`, { redirect: 'manual' })).headers.get('location')).toMatch(
      /\/two\/wp-admin\/$/,
    );
    expect(await ask(machine, '/two/wp-includes/a.css')).toMatchObject({ status: 200, text: 'a{}' });
    expect(await ask(machine, '/two/wp-includes/version.php')).toMatchObject({ status: 404 });
    expect(await ask(machine, '/two/page')).toMatchObject({ database: 'site' });
  });

  test('so does the command line', async () => {
    await write(machine, 'web/wp-config.php', own());
    const page = JSON.parse(await machine.exec('site', 'php', 'web/index.php'));
    expect(page).toMatchObject({ database: 'site', prefix: 'mine_', warned: null, wrapper: 'plainfile' });
    expect(page.name).toBe('site.localhost'); // by which a network finds its site
  });
});

test("Bedrock, which refuses a constant that is there, has ours before its .env; its layout's files are found, or not", async () => {
  const temporary = await mkdtemp(join(tmpdir(), 'bootdev-bedrock-'));
  const site = join(temporary, 'site'); // which others may read
  await cp(join(apps, 'bedrock'), site, { recursive: true });
  for (const file of ['wp-load.php', 'wp-settings.php'])
    await cp(join(apps, 'wordpress/web', file), join(site, 'web/wp', file));
  await writeFile(
    join(site, '.env'),
    'DB_NAME=elsewhere\nDATABASE_URL="mysql://a:b@c/elsewhere"\nDB_PREFIX=own_\nWP_HOME="https://production.example"\n',
  );
  const says = '<?php echo json_encode(["script" => $_SERVER["SCRIPT_NAME"], "uri" => $_SERVER["REQUEST_URI"]]);';
  for (const file of ['wp-admin/index.php', 'wp-login.php', 'wp-includes/version.php']) {
    await mkdir(dirname(join(site, 'web/wp', file)), { recursive: true });
    await writeFile(join(site, 'web/wp', file), says);
  }
  await writeFile(join(site, 'web/wp/wp-includes/a.css'), 'a{}');
  const machine = await startWebMachine(site, { application: 'wordpress', code: { docroot: 'web' }, cache });
  try {
    await secrets(machine);
    const ours = { database: 'site', prefix: 'own_', home: machine.url, configIn: 'Config of mysql.invalid:3306' };
    for (let n = 0; n < 2; n++)
      expect(await ask(machine)).toMatchObject({ ...ours, warned: null, wrapper: 'plainfile' });
    await machine.exec('sh', '-c', 'mkdir -p /srv/files/public/uploads && echo up >/srv/files/public/uploads/x.txt');
    const paths = [
      '/app/uploads/x.txt',
      '/wp/wp-settings.php',
      '/wp-config.php',
      '/config/application.php',
      '/wp/wp-cron.php',
    ];
    const statuses = await Promise.all(paths.map(async (path) => (await fetch(machine.url + path)).status));
    expect(statuses).toEqual([200, 404, 404, 200, 404]); // an address of no file is the site's own page
    // A network's sites: in folders, or with names of their own, each with wp/ before WordPress' own files or without.
    for (const prefix of ['/two/wp', '/two', '/wp', '']) {
      for (const [path, script] of [
        ['/wp-admin/', '/wp/wp-admin/index.php'],
        ['/wp-login.php', '/wp/wp-login.php'],
      ])
        expect(await ask(machine, prefix + path)).toEqual({ script, uri: prefix + path });
      expect(await ask(machine, `${prefix}/wp-includes/a.css`)).toEqual({ status: 200, text: 'a{}' });
      expect(await ask(machine, `${prefix}/wp-includes/version.php`)).toMatchObject({ status: 404 });
      expect(await ask(machine, `${prefix}/wp-settings.php`)).toMatchObject({ status: 404 });
    }
  } finally {
    await machine.remove();
    await rm(temporary, { recursive: true });
  }
});

test('an application without a settings file has nothing of it', async () => {
  const machine = await startWebMachine(join(apps, 'php'), { application: 'php', cache });
  try {
    expect(await ask(machine)).toEqual({
      database: 'site',
      before: '/run/bootdev/prelude/prelude.php',
      class: false,
      never: '',
    });
    expect(await machine.exec('site', 'php', '-r', 'echo ini_get("auto_prepend_file");')).toBe('');
  } finally {
    await machine.remove();
  }
});

describe.each([
  ['a release', '0'],
  ['a live folder', '1'],
])('Drupal, in %s', (_, OPCACHE_VALIDATE) => {
  let machine: WebMachine;
  beforeAll(async () => {
    const settings = { application: 'drupal', code: { docroot: 'web' }, cache } as const;
    machine = await startWebMachine(join(apps, 'drupal'), settings, { over: { OPCACHE_VALIDATE } });
    await secrets(machine);
  });
  afterAll(() => machine?.remove());

  const sitemap = ['http://site.localhost', 'http://site.localhost'];
  const ours = {
    database: 'site',
    proxy: false,
    kept: 60,
    wrapper: 'plainfile',
    files: 'sites/default/files',
    sitemap,
  };

  test("the site's own settings.php is read as it is, before ours", async () => {
    const own = { own: '/srv/code/releases/1/web/sites/default', prefix: 'mine_', salt: 'of the site' };
    const page = { ...ours, ...own, onDisk: '/srv/files/public/a.txt' };
    for (let n = 0; n < 2; n++) expect(await ask(machine)).toMatchObject(page);
    await expectNoMisses(machine);
  });

  test('a site of its own that includes the default one has both, and neither is kept without ours', async () => {
    const other = JSON.parse((await asVisitor(`${machine.url}/`, { headers: { host: 'other' } })).text);
    expect(other).toMatchObject({ ...ours, site: 'sites/other', own: '/srv/code/releases/1/web/sites/other' });
    expect(await ask(machine)).toMatchObject({ ...ours, own: '/srv/code/releases/1/web/sites/default' });
  });

  test('the command line has them too', async () => {
    expect(JSON.parse(await machine.exec('site', 'php', 'web/index.php'))).toMatchObject(ours);
  });

  const twice = async () => JSON.parse(await machine.exec('site', 'php', 'web/drush.php'));
  test('drush, which reads them twice, has both each time', async () => {
    await write(
      machine,
      'web/drush.php',
      '<?php ob_start(); require __DIR__ . "/index.php"; ob_end_clean(); echo json_encode([$settings, Site::settings(__DIR__, Site::path(), new stdClass())["settings"]]);',
    );
    const [first, second] = await twice();
    expect(second).toEqual(first);
    expect(second).toMatchObject({ own: '/srv/code/releases/1/web/sites/default', reverse_proxy: false });
  });

  test('without a settings.php it has ours, and only the default site has', async () => {
    await remove(machine, 'web/sites/default/settings.php');
    for (let n = 0; n < 2; n++) {
      expect(await ask(machine)).toMatchObject({ ...ours, site: 'sites/default', own: null, salt: 'salt', prefix: '' });
    }
    expect((await twice())[1]).toMatchObject({ reverse_proxy: false, hash_salt: 'salt' });
    // Drupal's installer takes no settings without the folder for its configuration: made for it alone.
    const folder = ['test', '-d', '/srv/files/private/config-sync'];
    await expect(machine.exec(...folder)).rejects.toThrow();
    await write(machine, 'web/installer.php', '<?php $install_state = []; require __DIR__ . "/index.php";');
    await machine.exec('site', 'php', 'web/installer.php');
    await machine.exec(...folder);
  });

  test('an image is made when it is first asked for, and is a file from then on', async () => {
    const path = '/sites/default/files/styles/large/public/a.png';
    expect(await ask(machine, path)).toMatchObject({ path });
    const second = await fetch(machine.url + path);
    expect([await second.text(), second.headers.get('cache-control')]).toEqual(['an image', 'max-age=1209600']);
  });

  test('an upload is a file that runs nothing, an aggregate stays for a year', async () => {
    await machine.exec(
      'sh',
      '-c',
      'cd /srv/files/public && mkdir -p css && echo "<?php echo 1;" >x.php && echo up >x.txt && echo p >css/css_x.css',
    );
    expect((await fetch(`${machine.url}/sites/default/files/x.php`)).status).toBe(404);
    expect(await (await fetch(`${machine.url}/sites/default/files/x.txt`)).text()).toBe('up\n');
    const aggregate = await fetch(`${machine.url}/sites/default/files/css/css_x.css?delta=0`);
    expect([aggregate.status, aggregate.headers.get('cache-control')]).toEqual([200, 'max-age=31536000']);
  });

  test.each([
    ['/update.php/selection', { script: '/update.php', info: '/selection' }],
    ['/core/install.php', { script: '/core/install.php' }],
    ['/index.php/node/1', { script: '/index.php', info: '/node/1' }],
    ['/node/1', { script: '/index.php', info: null, path: '/node/1' }],
    ['/core/nothing.yml', { script: '/index.php' }],
  ])('%s is answered by it', async (path, page) => {
    expect(await ask(machine, path)).toMatchObject(page);
  });

  test.each([
    '/other.php',
    '/core/core.services.yml',
    '/core/modules/x/x.module',
    '/core/modules/x/x.php',
    '/core/lib/Drupal.php',
    '/sites/other/settings.php',
  ])('%s is not found', async (path) => {
    expect((await fetch(machine.url + path)).status).toBe(404);
  });
});

describe('uploads in S3', () => {
  const on = {
    replica: { S3_ENDPOINT: 'http://127.0.0.1:4566', SITE_URL: 'https://shop.localhost:8443' },
    aws: { S3_ENDPOINT: 'https://s3.eu-west-1.amazonaws.com', SITE_URL: 'https://shop.example' },
  };
  const credentials = '/run/secrets/app/aws-credentials';
  const machineOf = async (application: 'drupal' | 'drupal7' | 'wordpress', side: keyof typeof on) => {
    const settings = { application, code: { docroot: application === 'drupal7' ? '' : 'web' }, cache } as const;
    const machine = await startWebMachine(join(apps, application), settings, { over: on[side] });
    await secrets(machine);
    return machine;
  };
  const add = (machine: WebMachine, path: string) =>
    machine.exec('sh', '-c', `cd /srv/code/releases/1 && mkdir -p "$(dirname ${path})" && touch ${path}`);

  test.each(['replica', 'aws'] as const)('Drupal, where the code has s3fs: %s', async (side) => {
    const machine = await machineOf('drupal', side);
    try {
      expect(JSON.parse(await machine.exec('site', 'php', 'web/index.php')).s3fs).toEqual([null, []]);
      await add(machine, 'web/modules/contrib/s3fs/s3fs.info.yml');
      const [config, settings] = JSON.parse(await machine.exec('site', 'php', 'web/index.php')).s3fs;
      expect(settings).toEqual({ 's3fs.upload_as_private': true, 's3fs.use_s3_for_private': false });
      expect(config).toEqual({
        ...{ bucket: 'media', region: 'eu-west-1', credentials_file: credentials, root_folder: 'media' },
        ...{ use_cname: true, domain_root: 'none', use_https: true, disable_version_sync: true },
        keymodule: { access_key_name: '', secret_key_name: '' },
        ...(side === 'aws'
          ? { domain: 'shop.example', use_customhost: false, hostname: '', use_path_style_endpoint: false }
          : {
              ...{ domain: 'shop.localhost:8443', use_customhost: true, use_path_style_endpoint: true },
              hostname: 'http://127.0.0.1:4566',
            }),
      });
    } finally {
      await machine.remove();
    }
  });

  test.each(['replica', 'aws'] as const)('Drupal 7, where the code has s3fs: %s', async (side) => {
    const machine = await machineOf('drupal7', side);
    try {
      expect((await ask(machine)).s3fs).toEqual([]);
      await add(machine, 'sites/all/modules/contrib/s3fs/s3fs.module');
      await expect
        .poll(async () => (await ask(machine)).s3fs, { timeout: 10_000 })
        .toEqual({
          ...{ s3fs_bucket: 'media', s3fs_region: 'eu-west-1', s3fs_credentials_file: credentials },
          ...{ s3fs_use_instance_profile: 1, s3fs_root_folder: 'media', s3fs_use_cname: 1, s3fs_domain: '/-' },
          ...{ s3fs_domain_root: 'none', s3fs_no_rewrite_cssjs: 1, s3fs_use_https: 0, s3fs_use_s3_for_private: 0 },
          ...(side === 'aws'
            ? { s3fs_use_customhost: 0, s3fs_hostname: '' }
            : { s3fs_use_customhost: 1, s3fs_hostname: 'http://127.0.0.1:4566' }),
        });
    } finally {
      await machine.remove();
    }
  });

  test('WordPress, where the code has WP Offload Media', async () => {
    const machine = await machineOf('wordpress', 'replica');
    try {
      expect((await ask(machine)).s3).toBe(null);
      await add(machine, 'web/wp-content/plugins/amazon-s3-and-cloudfront/wordpress-s3.php');
      const ours = { provider: 'aws', bucket: 'media', region: 'eu-west-1', 'object-prefix': 'media/' };
      await expect.poll(async () => (await ask(machine)).s3, { timeout: 10_000 }).toMatchObject(ours);
      // Its own, of a production elsewhere, counts for nothing, without a warning.
      await write(
        machine,
        'web/wp-config.php',
        `<?php
define('AS3CF_SETTINGS', serialize(['bucket' => 'production']));
$table_prefix = 'mine_';
require_once ABSPATH . 'wp-settings.php';`,
      );
      expect(await ask(machine)).toMatchObject({ s3: ours, prefix: 'mine_', warned: null });
    } finally {
      await machine.remove();
    }
  });
});

describe('search', () => {
  const solr = { host: 'solr', port: 8983, scheme: 'http' };
  const machineOf = async (application: 'drupal' | 'drupal7', SOLR_URL: string) => {
    const settings = { application, code: { docroot: application === 'drupal' ? 'web' : '' }, cache } as const;
    const machine = await startWebMachine(join(apps, application), settings, { over: { SOLR_URL } });
    await secrets(machine);
    return machine;
  };

  test('each Solr server of Drupal is this one, whatever its name, its connector and settings.php say', async () => {
    const machine = await machineOf('drupal', 'http://solr:8983/solr/site');
    try {
      const config = { ...solr, path: '/', core: 'site' };
      const expected = {
        any: { connector: 'standard', connector_config: { ...config, timeout: 7 } },
        told: { connector: 'standard', connector_config: { ...config, timeout: 9 } },
        rows: { min_chars: 1 },
        none: null,
      };
      expect((await ask(machine)).search).toEqual(expected);
      expect(JSON.parse(await machine.exec('site', 'php', 'web/index.php')).search).toEqual(expected);
    } finally {
      await machine.remove();
    }
  });

  test('so for both modules of Drupal 7', async () => {
    const machine = await machineOf('drupal7', 'http://solr:8983/solr/site');
    try {
      expect(await ask(machine)).toMatchObject({
        apachesolr: 'http://solr:8983/solr/site',
        search: {
          any: { ...solr, path: '/solr/site', http_user: '', http_pass: '', retrieve_data: 1 },
          rows: { database: 'default' },
        },
      });
    } finally {
      await machine.remove();
    }
  });

  test('without Solr nothing of it is changed', async () => {
    for (const application of ['drupal', 'drupal7'] as const) {
      const machine = await machineOf(application, '');
      try {
        const { search, apachesolr } = await ask(machine);
        expect(JSON.stringify(search)).toContain('"host":"elsewhere"');
        expect(JSON.stringify(search)).not.toContain('8983');
        expect(apachesolr ?? 'none').not.toContain('8983');
      } finally {
        await machine.remove();
      }
    }
  });
});

test('Drupal 7 has ours without a settings.php, and its public files at their address', async () => {
  const machine = await startWebMachine(join(apps, 'drupal7'), { application: 'drupal7', cache });
  try {
    await secrets(machine);
    const ours = {
      database: 'site',
      files: 'sites/default/files',
      deprecated: false,
      wrapper: 'plainfile',
      salt: 'salt',
      sitemap: 'http://site.localhost',
    };
    const address = 'https://site.localhost/sites/default/files/a.txt';
    for (let n = 0; n < 2; n++)
      expect(await ask(machine)).toMatchObject({
        ...ours,
        address,
        site: 'sites/default',
        honeypot: true,
        gc: ['1', '100', '200000'],
      });
    await machine.exec('mkdir', '-p', '/srv/code/releases/1/sites/default');
    await write(
      machine,
      'sites/default/settings.php',
      '<?php $conf["own"] = 1; $conf["honeypot_use_js_for_cached_pages"] = false; ini_set("session.gc_probability", "1"); ini_set("session.gc_maxlifetime", "100"); $databases["default"]["default"]["database"] = "x";',
    );
    for (let n = 0; n < 2; n++)
      expect(await ask(machine)).toMatchObject({ ...ours, own: 1, honeypot: false, gc: ['1', '1000', '100'] });
    expect((await fetch(`${machine.url}/includes/bootstrap.inc`)).status).toBe(404);
    await machine.exec('sh', '-c', 'printf 12345 >"/srv/files/private/50% a.pdf"');
    const given = await fetch(`${machine.url}/system/files/50%25%20a.pdf`);
    expect([given.status, await given.text()]).toEqual([200, '12345']);
    // An ETag is nginx': the bytes are not PHP's.
    expect(Object.fromEntries(given.headers)).toMatchObject({
      'content-type': 'application/pdf',
      'content-disposition': 'inline; filename=has-5',
      etag: expect.any(String),
    });
    expect((await fetch(`${machine.url}/system/files/missing.pdf`)).status).toBe(404);
    const cron = () => machine.exec('site', 'php', '/etc/bootdev/current/app/cron.php');
    expect(await cron()).toBe('Drupal is not installed yet.');
    await write(machine, 'installed', 'yes');
    expect(JSON.parse(await cron())).toEqual(['site', 'site.localhost', false]); // as no request
  } finally {
    await machine.remove();
  }
});

test('Backdrop has ours, with a settings.php that names a connection and without one', async () => {
  const machine = await startWebMachine(join(apps, 'backdrop'), { application: 'backdrop', cache });
  try {
    await secrets(machine);
    const ours = { database: 'site', configuration: '/srv/files/private/config/active', wrapper: 'plainfile' };
    for (let n = 0; n < 2; n++) expect(await ask(machine)).toMatchObject({ ...ours, own: null });
    await write(machine, 'settings.php', '<?php $database = "mysql://a:b@c/elsewhere"; $settings["own"] = 1;');
    for (let n = 0; n < 2; n++) expect(await ask(machine)).toMatchObject({ ...ours, own: 1 });
    expect((await fetch(`${machine.url}/settings.php`)).status).toBe(404);
  } finally {
    await machine.remove();
  }
});

test.each([
  ['wordpress', 'web', [], ['AKeyOfTheTests']],
  ['drupal', 'web', null, 'AKeyOfTheTests'],
  ['drupal7', '', [null, null], ['AKeyOfTheTests', 'AKeyOfTheTests']],
] as const)(
  "%s reads the user's key for maps from its next request on, and without one the site's own counts",
  async (application, docroot, without, withKey) => {
    const machine = await startWebMachine(join(apps, application), { application, code: { docroot }, cache });
    try {
      await secrets(machine);
      expect((await ask(machine)).map).toEqual(without);
      const set =
        'cd /run/secrets/app && printf AKeyOfTheTests >map-key && chgrp www-data map-key && chmod 440 map-key';
      await machine.exec('sh', '-c', set);
      expect((await ask(machine)).map).toEqual(withKey);
    } finally {
      await machine.remove();
    }
  },
);
