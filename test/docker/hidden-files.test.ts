/**
 * What is hidden and what is not (trials W13 and H8), each address both ways: with a secret file there it is 404, without one it is the application's.
 * On a real web machine, for every application that visitors' code may be.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask } from './visitor.ts';
import { startWebMachine, type WebMachine } from './web-machine.ts';

const secrets = [
  ...[
    'wp-config.old',
    'settings.php.bak',
    'index.php~',
    'x.php.save',
    '.config.php.swp',
    'x.PHP',
    'x.phps',
    'x.php.txt',
  ],
  ...['backup.zip', 'site.tar.gz', 'site.tgz', 'dump.sql', 'dump.sql.gz', 'db.sqlite', 'data.db', 'x.mdb'],
  ...[
    '.env',
    'prod.env',
    '.git/config',
    'sub/.htaccess',
    'sub/.htpasswd',
    'web.config',
    'settings.ini',
    'my.cnf',
    'app.yml',
  ],
  ...['server.key', 'cert.pem', 'keys.p12', 'id_rsa.pub', 'auth.json', 'credentials.json'],
  ...['composer.json', 'composer.lock', 'package.json', 'phpunit.xml', 'vendor/a/b.txt', 'node_modules/a/b.js'],
  ...[
    'private/report.pdf',
    'config/sync/x.txt',
    'README.md',
    'CHANGELOG.txt',
    'wp-content/debug.log',
    'error.log',
    'a.log.gz',
  ],
];
const uploaded = [
  ...['x.php', 'x.PHP7', 'x.phtml', 'x.phar', 'x.cgi', 'x.sh', 'x.pl', 'sub/.htaccess', '.user.ini'],
  ...[
    'dump.sql',
    'dump.sql.gz',
    'x.env',
    'key.pem',
    'x.key',
    'old.bak',
    'error_log',
    'a.log',
    'db.sqlite',
    'x.php.bak',
    'page.html~',
  ],
];
const visible = [
  'photo.jpg',
  'paper.pdf',
  'archive.zip',
  'page.html',
  'drawing.svg',
  'sub/data.csv',
  'no-ending',
  'a.php-guide.pdf',
];

let machine: WebMachine;
beforeAll(async () => {
  machine = await startWebMachine(join(import.meta.dirname, 'web-site'), { application: 'php' });
});
afterAll(() => machine?.remove());

const get = (path: string) => ask(`${machine.url}${path}`);
/** All at once: a file each with its own path as text, below a folder. */
const write = (folder: string, names: readonly string[]) =>
  machine.exec(
    'sh',
    '-c',
    'cd "$0" && for name; do mkdir -p "$(dirname "./$name")" && printf %s "found $name" >"./$name"; done',
    folder,
    ...names,
  );

describe.each([
  { application: 'php', uploads: '/files', below: '/srv/files/public' },
  { application: 'wordpress', uploads: '/wp-content/uploads', below: '/srv/files/public/uploads' },
] as const)('$application', ({ application, uploads, below }) => {
  beforeAll(async () => {
    await machine.exec('sh', '-c', 'cd /srv/code/releases/1 && find . ! -name index.php ! -name . -delete');
    await machine.apply({ application });
    await machine.exec('mkdir', '-p', below);
  });

  test('without a file each address is the application’s', async () => {
    // Workers of the old configuration may still answer for a moment.
    await expect.poll(async () => (await get('/wp-cron.php')).status).toBe(application === 'php' ? 200 : 404);
    const answers = await Promise.all(secrets.map((name) => get(`/${name}`)));
    const others = answers.flatMap(({ status, text }, index) =>
      status === 200 && text.includes(`"path":${JSON.stringify(`/${secrets[index]}`).replaceAll('/', '\\/')}`)
        ? []
        : [`${secrets[index]} ${status}`],
    );
    expect(others).toEqual([]);
  });

  test('with a file it is not found', async () => {
    await write('/srv/code/releases/1', secrets);
    const answers = await Promise.all(secrets.map((name) => get(`/${name}`)));
    expect(answers.flatMap(({ status }, index) => (status === 404 ? [] : [`${secrets[index]} ${status}`]))).toEqual([]);
    expect(answers.filter(({ text }) => text.includes('found '))).toEqual([]);
  });

  test('of what was uploaded, nothing that runs and no dump, key or log; the rest is there', async () => {
    await write(below, [...uploaded, ...visible]);
    const answers = await Promise.all([...uploaded, ...visible].map((name) => get(`${uploads}/${name}`)));
    const statuses = Object.fromEntries([...uploaded, ...visible].map((name, index) => [name, answers[index]?.status]));
    expect(statuses).toEqual(
      Object.fromEntries([...uploaded.map((name) => [name, 404]), ...visible.map((name) => [name, 200])]),
    );
    expect(answers.slice(uploaded.length).map(({ text }) => text)).toEqual(visible.map((name) => `found ${name}`));
  });
});
