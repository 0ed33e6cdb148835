/**
 * Deploys of a real tree of Drupal with drush (BOOTDEV_TREE_DRUPAL11 or …DRUPAL10, as in real-trees.test.ts), with a module of ours in it: what a
 * release changes is seen on both machines, its updates are made once, and one that fails changes nothing. The tree has no settings.php, which could name a
 * prefix of tables, and no composer.json where drush is only for developers, since a deploy leaves those packages out.
 */
import { existsSync } from 'node:fs';
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type GitHost, gitHost } from '../scenarios/git-host.ts';
import { light, newReplica, type Replica } from '../scenarios/replica.ts';

const tree = process.env.BOOTDEV_TREE_DRUPAL11 ?? process.env.BOOTDEV_TREE_DRUPAL10;
const isThere = existsSync(join(tree ?? '', 'vendor/bin/drush'));
const docroot = existsSync(join(tree ?? '', 'web/index.php')) ? 'web' : '';
const real = (name: string, run: () => Promise<void>) =>
  test(name, async (context) =>
    isThere ? run() : context.skip('BOOTDEV_TREE_DRUPAL11, …10 name no folder with vendor/bin/drush'),
  );

const inModule = (name: string) => join(docroot, 'modules/notes', name);
const install = (...updates: string[]) => `<?php
function notes_schema() {
  return ['notes' => ['fields' => ['id' => ['type' => 'serial', 'not null' => TRUE], 'text' => ['type' => 'varchar', 'length' => 100]], 'primary key' => ['id']]];
}
${updates.join('\n')}
`;
const author = `function notes_update_10001() {
  \\Drupal::database()->schema()->addField('notes', 'author', ['type' => 'varchar', 'length' => 50]);
}`;
const failing = `function notes_update_10002() {
  \\Drupal::database()->schema()->dropTable('notes');
  throw new \\Exception('The notes could not be moved.');
}`;

let host: GitHost;
let replica: Replica;
let code: Awaited<ReturnType<GitHost['repository']>>;

beforeAll(async () => {
  if (!isThere) return;
  host = await gitHost();
  code = await host.repository('site');
  await cp(tree as string, code.folder, { recursive: true, filter: (path) => !/\/(?:\.git|\.gitignore)$/.test(path) });
  await code.commit('One', {
    [inModule('notes.info.yml')]: 'name: Notes\ntype: module\ncore_version_requirement: ^10 || ^11\n',
    [inModule('notes.install')]: install(),
  });
  replica = await newReplica(
    `site: { name: tree }\napplication: drupal\nmemcached: { count: 1 }\n${light}code: { git: "${code.url}", docroot: "${docroot}" }\n`,
  );
  await replica.ensure('key');
  await host.letIn((await readFile(join(replica.dir, '.bootdev/deploy-key.pub'), 'utf8')).trim());
  await replica.ensure('deploy');
  const words = ['-C', replica.dir, 'site', 'install', '--title', 'A real tree', '--password-stdin'];
  await execa('node', [join(process.cwd(), 'dist/cli.js'), ...words], {
    input: 'A-pass-word-0f-tests\n',
    env: { XDG_CONFIG_HOME: replica.dir },
  });
  await replica.ensure('drush', 'pm:install', 'notes', '--yes');
});
afterAll(async () => {
  await replica?.remove();
  await code?.remove();
  await host?.remove();
});

/** On each web machine, past the load balancer and what it keeps. */
const onBoth = async (path: string) => {
  const asked = ['web-1', 'web-2'].map(async (machine) => {
    const headers = [
      '-H',
      `Host: tree.localhost:${await replica.value('BOOTDEV_PORT_HTTPS')}`,
      '-H',
      'X-Forwarded-Proto: https',
    ];
    return replica.exec(machine, 'curl', '-s', ...headers, `http://127.0.0.1${path}`);
  });
  return Promise.all(asked);
};
const rows = async () => (await replica.ensure('mysql', '-N', '-e', 'select * from notes')).stdout.trim();
const updates = async () => (await replica.ensure('drush', 'updatedb:status', '--format=list')).stdout.trim();

real('a page and a template of the next release are seen at once, without an update', async () => {
  expect((await onBoth('/notes')).join()).not.toContain('These are notes');
  const template = join(docroot, 'core/themes/olivero/templates/layout/page.html.twig');
  await code.commit('Two', {
    [inModule('notes.routing.yml')]:
      "notes.page:\n  path: '/notes'\n  defaults: { _controller: '\\Drupal\\notes\\Notes::page', _title: 'Notes' }\n  requirements: { _access: 'TRUE' }\n",
    [inModule('src/Notes.php')]:
      "<?php\nnamespace Drupal\\notes;\nfinal class Notes { public function page(): array { return ['#markup' => 'These are notes']; } }\n",
    [template]: `<!-- release two -->\n${await readFile(join(code.folder, template), 'utf8')}`,
  });
  const { stderr } = await replica.ensure('deploy');
  expect(stderr).toContain("clear the site's caches");
  expect(stderr).not.toContain('snapshot');
  for (const page of await onBoth('/notes')) {
    expect(page).toContain('These are notes');
    expect(page).toContain('release two');
  }
});

real('its update is made once, behind a snapshot', async () => {
  await replica.ensure('mysql', '-e', "insert into notes (text) values ('before')");
  await code.commit('Three', { [inModule('notes.install')]: install(author) });
  expect((await replica.ensure('deploy')).stderr).toMatch(/snapshot [\s\S]*update the database/);
  expect(await rows()).toBe('1\tbefore\tNULL');
  expect(await updates()).toBe('');
});

real('one that fails: its words, and the release before with its data', async () => {
  await code.commit('Four', { [inModule('notes.install')]: install(author, failing) });
  const { code: ended, stderr } = await replica.bootdev('deploy');
  expect([ended, stderr]).toEqual([1, expect.stringContaining('The notes could not be moved.')]);
  expect(stderr).toContain('The release before serves again, with its data.');
  expect(await rows()).toBe('1\tbefore\tNULL');
  expect((await onBoth('/notes')).every((page) => page.includes('These are notes'))).toBe(true);
});

real('code that PHP cannot read is no database without updates', async () => {
  await code.commit('Five', { [inModule('notes.install')]: '<?php (' });
  const { code: ended, stderr } = await replica.bootdev('deploy');
  expect([ended, stderr]).toEqual([1, expect.stringMatching(/What the database needs is not known[\s\S]*ParseError/)]);
  expect(await rows()).toBe('1\tbefore\tNULL');
});

real('back: the tables of before only with their data', async () => {
  await replica.ensure('mysql', '-e', "insert into notes (text) values ('after')");
  expect((await replica.bootdev('deploy', '--rollback')).stderr).toContain('--with-database');
  await replica.ensure('deploy', '--rollback', '--with-database', '--yes');
  expect(await rows()).toBe('1\tbefore');
  expect((await onBoth('/notes')).every((page) => page.includes('release two'))).toBe(true);
});
