/** An application reads our settings with its own settings file, which nobody changes (docs/decisions/0017-settings-file.md). */
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
    await ask(machine);
    const before = await ask(machine);
    expect(before).toMatchObject({ handler: false, warned: null, wrapper: 'plainfile' });
    expect(await ask(machine)).toMatchObject({ misses: before.misses });
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

  test('so does the command line', async () => {
    await write(machine, 'web/wp-config.php', own());
    const page = JSON.parse(await machine.exec('site', 'php', 'web/index.php'));
    expect(page).toMatchObject({ database: 'site', prefix: 'mine_', warned: null, wrapper: 'plainfile' });
  });
});

test('an application without a settings file has nothing of it', async () => {
  const machine = await startWebMachine(join(apps, 'plain'), { application: 'php', cache });
  try {
    expect(await ask(machine)).toEqual({ before: '/run/bootdev/prelude/prelude.php', class: false, never: '' });
    expect(await machine.exec('site', 'php', '-r', 'echo ini_get("auto_prepend_file");')).toBe('');
  } finally {
    await machine.remove();
  }
});
