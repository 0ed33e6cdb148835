/** Deploy from a private repository: fetched by the project's key, built, served on both machines at once, its updates made once, and back. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GitHost, gitHost } from './git-host.ts';
import { docker, light, load, newReplica, type Replica } from './replica.ts';

let host: GitHost;
let replica: Replica;
let code: Awaited<ReturnType<GitHost['repository']>>;
const settings = (more = '') =>
  replica.settings(
    `site: { name: shop }\napplication: php\nmemcached: { count: 1 }\n${light}code: { git: "${code.url}", docroot: web, keep: 3${more} }\n`,
  );

/** Of the site's database, by PHP. */
const sql = (statement: string) =>
  `<?php $db = new PDO("mysql:host=" . getenv("DB_HOST") . ";dbname=" . getenv("DB_NAME"), getenv("DB_USER"), trim(file_get_contents("/run/secrets/app/db-password")), [PDO::MYSQL_ATTR_SSL_CA => "/run/secrets/app/db-ca.pem", PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]); ${statement}`;
const page = (version: string) =>
  `<?php header('Cache-Control: no-store'); echo "${version} ", is_file(__DIR__ . '/built.txt') ? trim(file_get_contents(__DIR__ . '/built.txt')) : 'unbuilt';`;

beforeAll(async () => {
  host = await gitHost();
  code = await host.repository('shop');
  await code.commit('One', { 'web/index.php': page('one') });
  replica = await newReplica('', {});
  await settings();
});
afterAll(async () => {
  await replica?.remove();
  await code?.remove();
  await host?.remove();
});

const front = async () => (await fetch(await replica.url(), { headers: { connection: 'close' } })).text();
const fails = async (...args: string[]) => {
  const { code: ended, stderr, stdout } = await replica.bootdev(...args);
  expect(ended, stdout + stderr).toBeGreaterThan(0);
  return stderr;
};
const list = async () => (await replica.ensure('releases')).stdout.split('\n').filter(Boolean);
const publicKey = () => readFile(join(replica.dir, '.bootdev/deploy-key.pub'), 'utf8');

describe('before anything is served', () => {
  test('up says that nothing is deployed, and makes nothing', async () => {
    const said = await fails('up');
    expect(said).toMatch(/Nothing of code\.git is deployed yet\.\n.*bootdev deploy/);
    expect(said).not.toContain('image');
  });
  test('a host that nobody has looked at is not asked', async () => {
    expect(await fails('deploy')).toMatch(/does not know .* yet\.[\s\S]*→ bootdev key/);
  });
  test('key: the same one each time, for this user alone, and who the host is', async () => {
    const { stderr, stdout } = await replica.ensure('key');
    const said = stdout + stderr;
    expect(said).toContain((await publicKey()).trim());
    expect(said).toMatch(/whoever has the key SHA256:\S+ \(/);
    const before = await publicKey();
    await replica.ensure('key');
    expect(await publicKey()).toBe(before);
    expect((await stat(join(replica.dir, '.bootdev/deploy-key'))).mode & 0o777).toBe(0o600);
  });
  test('a host that does not let the key in', async () => {
    expect(await fails('deploy')).toMatch(/does not let this project in\.[\s\S]*→ bootdev key/);
  });
});

test('the first release: built by the hook, served, listed', async () => {
  await host.letIn((await publicKey()).trim());
  await settings(', build: [echo first > web/built.txt]');
  await replica.ensure('deploy');
  expect(await front()).toBe('one first');
  const only = [expect.stringMatching(/^● \d{8}-\d{6}-[0-9a-f]{7}\s+main\s+One$/)];
  expect(await list()).toEqual(only);
  // Nothing new: no other release, which a rollback would go to.
  expect((await replica.ensure('deploy')).stderr).toContain('which serves.');
  expect(await list()).toEqual(only);
});

test('tools: what writes the code leads to deploy, the others are on the admin machine', async () => {
  expect(await fails('composer', 'install')).toMatch(/A release of code\.git is served[\s\S]*→ bootdev deploy/);
  expect((await replica.ensure('php', '-r', 'echo getcwd();')).stdout).toMatch(/^\/srv\/code\/releases\/[0-9a-f]{64}$/);
});

test('the next one, by 50 requests a second: none fails, and both machines change at once', async () => {
  await code.commit('Two', { 'web/index.php': page('two') });
  const asked = load(await replica.url(), 50);
  const seen: { at: number; text: string }[] = [];
  let done = false;
  const look = async (machine: string) => {
    while (!done) {
      const text = await replica.exec(machine, 'curl', '-s', 'http://127.0.0.1/');
      seen.push({ at: performance.now(), text });
    }
  };
  const looks = ['web-1', 'web-2'].map(look);
  await replica.ensure('deploy');
  await pause(500);
  done = true;
  await Promise.all(looks);
  await asked.stop();
  expect(asked.failed).toEqual([]);
  expect(asked.sent).toBeGreaterThan(100);
  const old = Math.max(...seen.filter(({ text }) => text.startsWith('one')).map(({ at }) => at));
  const first = Math.min(...seen.filter(({ text }) => text.startsWith('two')).map(({ at }) => at));
  console.log(
    `skew of two machines: ${Math.max(0, old - first).toFixed(0)} ms, looked at each ${((seen.at(-1)?.at ?? 0) / seen.length).toFixed(0)} ms`,
  );
  expect(old - first).toBeLessThan(1000);
  expect(await front()).toBe('two first');
});

describe('what is built', () => {
  test('Composer with a package of the repository itself, npm, a submodule, Git LFS in both, a hook in this order', async () => {
    const library = await host.repository('library');
    const lfs = '*.bin filter=lfs diff=lfs merge=lfs -text\n';
    await library.commit('Library', {
      'name.txt': 'library ',
      '.gitattributes': lfs,
      'large.bin': await host.large('one '),
    });
    await code.git('submodule', 'add', '--quiet', library.folder, 'lib/library');
    await code.git('config', '-f', '.gitmodules', 'submodule.lib/library.url', '../library.git');
    const composer = {
      name: 'shop/site',
      repositories: [{ type: 'path', url: 'packages/*' }, { 'packagist.org': false }],
      require: { 'shop/words': '*' },
    };
    await code.commit('Three', {
      'web/index.php': `<?php require __DIR__ . '/../vendor/autoload.php'; header('Cache-Control: no-store'); echo 'three ', Words::word(), ' ', trim(file_get_contents(__DIR__ . '/built.txt'));`,
      'composer.json': JSON.stringify(composer),
      'packages/words/composer.json': JSON.stringify({
        name: 'shop/words',
        version: '1.0.0',
        autoload: { classmap: ['src'] },
      }),
      'packages/words/src/Words.php': "<?php class Words { static function word() { return 'composer'; } }",
      '.gitattributes': lfs,
      'media/large.bin': await host.large('two\n'),
      'package.json': JSON.stringify({
        name: 'shop',
        version: '1.0.0',
        scripts: { build: "node -e \"require('fs').writeFileSync('web/npm.txt', 'npm')\"" },
      }),
      'package-lock.json': JSON.stringify({
        name: 'shop',
        version: '1.0.0',
        lockfileVersion: 3,
        requires: true,
        packages: { '': { name: 'shop', version: '1.0.0' } },
      }),
    });
    await settings(
      ', build: ["cat web/npm.txt lib/library/name.txt lib/library/large.bin media/large.bin > web/built.txt; ls /run/deploy >> web/built.txt 2>&1 || true; env | grep -c DB_ >> web/built.txt || true"]',
    );
    await replica.ensure('deploy');
    const text = await front();
    expect(text).toMatch(/^three composer npmlibrary one two\n/);
    expect(text).toMatch(/cannot access '\/run\/deploy'/); // the key
    expect(text.trim()).toMatch(/\n0$/); // nothing of a machine
    await library.remove();
  });

  test.each([
    ['a hook that fails', ', build: [exit 3]', {}],
    [
      'a hook that wants too much memory',
      `, build: ["php -d memory_limit=-1 -r 'str_repeat(chr(120), 3000000000);'"]`,
      {},
      ': it was ended, since it wanted .* memory',
    ],
    [
      'a package that is not there',
      '',
      { 'composer.json': '{"require":{"shop/none":"*"},"repositories":[{"packagist.org":false}]}' },
    ],
    [
      'npm with a lock that does not fit',
      '',
      { 'package.json': '{"name":"shop","dependencies":{"left-pad":"1.0.0"}}' },
    ],
  ])('%s: what serves is as it was', async (_, more, files, why = '') => {
    const before = [await front(), await list()];
    if (Object.keys(files).length > 0) await code.commit('Broken', files);
    await settings(more);
    expect(await fails('deploy')).toMatch(RegExp(`The release was not built${why}; what serves is as it was\\.`));
    expect([await front(), await list()]).toEqual(before);
  });
});

describe('bad input', () => {
  test.each([
    ['a branch that is not there', 'nothing', /has no such branch, tag or commit/],
    ['an option in its place', '--upload-pack=x', /unknown option|no such branch/],
  ])('%s', async (_, ref, words) => expect(await fails('deploy', ref)).toMatch(words));

  test('two at once: the second is told, the first goes on', async () => {
    await code.git('revert', '--no-edit', 'HEAD', 'HEAD~1');
    await code.commit('Slow', { 'slow.txt': 'x' });
    await settings(', build: [sleep 8; echo slow > web/built.txt]');
    const first = replica.start('deploy');
    await pause(3000);
    expect(await fails('deploy')).toMatch(/a deploy of this site/);
    expect((await first).exitCode).toBe(0);
    expect(await front()).toContain('slow');
  });

  test('Ctrl-C while it builds: no container and no half release is left', async () => {
    const before = await list();
    await settings(', build: [sleep 100]');
    const going = replica.start('deploy');
    await expect.poll(() => docker('ps', '--filter', `name=${'builder'}`, '--format', '{{.Names}}')).toMatch(/builder/);
    await pause(2000);
    going.kill('SIGINT');
    expect((await going).exitCode).toBe(130);
    expect(await docker('ps', '--filter', `name=${await replica.project()}-builder`, '--format', '{{.Names}}')).toBe(
      '',
    );
    expect(await list()).toEqual(before);
  });

  test('the host is away; it comes back as somebody else; it is let in again', async () => {
    await settings(', build: [echo back > web/built.txt]');
    await host.stop();
    expect(await fails('deploy')).toMatch(/cannot be reached/);
    await host.start();
    await host.inside('sh', '-c', 'rm /etc/ssh/ssh_host_*; ssh-keygen -A >/dev/null; pkill -HUP sshd');
    await pause(1000);
    expect(await fails('deploy')).toMatch(/another host key[\s\S]*→ .*bootdev key --new-host/);
    await replica.ensure('key', '--new-host');
    await replica.ensure('deploy');
    expect(await front()).toContain('back');
  });
});

describe('updates of the database', () => {
  const rows = () =>
    replica.exec(
      'admin',
      'site',
      'php',
      '-r',
      sql('echo implode(",", $db->query("SELECT name FROM things")->fetchAll(PDO::FETCH_COLUMN));').slice(6),
    );

  test('made once, after a snapshot; back without the data is refused, with it all is as before', async () => {
    await code.commit('Table', {
      'update.php': sql(
        '$db->exec("CREATE TABLE IF NOT EXISTS things (name VARCHAR(20))"); $db->exec("INSERT INTO things VALUES (\'first\')");',
      ),
    });
    await settings(', update: [php update.php]');
    await replica.ensure('deploy');
    expect(await rows()).toBe('first');
    await code.commit('More', {
      'update.php': sql('$db->exec("INSERT INTO things VALUES (\'second\')");'),
      'web/index.php': page('more'),
    });
    await replica.ensure('deploy');
    expect(await rows()).toBe('first,second');
    expect((await list())[0]).toContain('database updated');
    expect(await fails('deploy', '--rollback')).toMatch(/was updated since[\s\S]*--with-database/);
    expect(await front()).toContain('more');
    await replica.ensure('deploy', '--rollback', '--with-database', '--yes');
    expect(await rows()).toBe('first');
    expect(await front()).not.toContain('more');
  });

  test('one that fails in the middle: the release and the data of before', async () => {
    const before = await front();
    await code.commit('Bad', {
      'update.php': sql('$db->exec("INSERT INTO things VALUES (\'half\')"); exit(5);'),
      'web/index.php': page('bad'),
    });
    expect(await fails('deploy')).toMatch(/The release before serves again, with its data\./);
    expect([await rows(), await front()]).toEqual(['first', before]);
    expect((await list())[0]).toMatch(/Bad {2}never served$/);
  });

  test('no more releases than code.keep stay, and the one that serves', async () => {
    await settings();
    for (const version of ['eight', 'nine']) {
      await code.commit(version, { 'web/index.php': page(version) });
      await replica.ensure('deploy');
    }
    const left = await list(); // the one that failed is gone
    expect([left.length, left.join()]).toEqual([3, expect.not.stringContaining('never served')]);
    await replica.ensure('deploy', '--rollback');
    expect(await front()).toMatch(/^eight/);
    await replica.ensure('up'); // and it stays
    expect(await front()).toMatch(/^eight/);
  });
});

const kills = Number(process.env.BOOTDEV_KILLS ?? 4);
test('killed anywhere: the old release or the new one, and the same command goes on', {
  timeout: 120_000 + kills * 60_000,
}, async () => {
  await settings();
  await code.commit('whole', { 'web/index.php': page('whole') });
  const began = performance.now();
  await replica.ensure('deploy');
  const whole = performance.now() - began;
  for (let count = 0; count < kills; count++) {
    const before = await front();
    await code.commit(`kill ${count}`, { 'web/index.php': page(`kill${count}`) });
    const going = replica.start('deploy');
    const after = (whole * (count + Math.random())) / kills;
    await pause(after);
    going.kill('SIGKILL');
    await going;
    const machines = await Promise.all(
      ['web-1', 'web-2'].map((name) => replica.exec(name, 'curl', '-s', 'http://127.0.0.1/')),
    );
    for (const text of machines)
      expect([before, `kill${count} unbuilt`], `after ${after} of ${whole} ms`).toContain(text);
    await replica.ensure('deploy');
    expect(await front()).toBe(`kill${count} unbuilt`);
  }
});
