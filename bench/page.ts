/**
 * A page that no cache may keep: Debian's WordPress for somebody who is signed in, through bootdev's nginx and through a stock nginx file on the
 * same PHP pool, inside one web machine. The two take turns.  npx tsx bench/page.ts [PAIRS]
 */
import { randomBytes } from 'node:crypto';
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { newBrowser } from '../test/docker/wordpress/browser.ts';
import { debianWordPress } from '../test/docker/wordpress/site.ts';
import { docker, newReplica } from '../test/scenarios/replica.ts';
import { spread } from './figures.ts';

const pairs = Number(process.argv[2] ?? 9);
const requests = 60;
const stockPort = 8099;

/** What nginx' own WordPress recipe has, with Debian's nginx.conf: a page as the distribution would serve it. */
const stock = `
user www-data;
pid /run/stock.pid;
events { worker_connections 768; }
http {
  sendfile on;
  tcp_nopush on;
  types_hash_max_size 2048;
  include /etc/nginx/mime.types;
  access_log /tmp/stock.log;
  error_log /tmp/stock-error.log;
  gzip on;
  server {
    listen 127.0.0.1:${stockPort};
    root /srv/code/current/web;
    index index.php;
    location / { try_files $uri $uri/ /index.php?$args; }
    location ~ \\.php$ {
      include /etc/nginx/fastcgi_params;
      fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
      fastcgi_param HTTPS on;
      fastcgi_param SERVER_PORT 443;
      fastcgi_param SERVER_NAME $host;
      fastcgi_param HTTP_HOST $http_host;
      fastcgi_param REQUEST_SCHEME https;
      fastcgi_intercept_errors on;
      fastcgi_buffers 16 16k;
      fastcgi_buffer_size 32k;
      fastcgi_pass unix:/run/php/php-fpm.sock;
    }
  }
}
`;

const settings = `
site: { name: blog }
application: wordpress
code: { path: site, docroot: web }
search: { engine: none }
files: { store: volume }
`;
const editor = { log: 'editor', pwd: randomBytes(12).toString('hex') };
const replica = await newReplica(settings);
try {
  const missing = await debianWordPress(join(replica.dir, 'site'));
  if (missing) throw new Error(missing);
  await replica.ensure('up');
  const install = [
    'site',
    'install',
    '--admin-user',
    editor.log,
    '--admin-mail',
    'editor@example.org',
    '--password-stdin',
  ];
  await execa(process.execPath, [resolve('dist/cli.js'), '-C', replica.dir, ...install], {
    input: editor.pwd,
    env: { XDG_CONFIG_HOME: replica.dir, XDG_STATE_HOME: join(replica.dir, 'state') },
  });
  const host = `blog.localhost:${await replica.value('BOOTDEV_PORT_HTTPS')}`;
  const browser = newBrowser(host);
  await browser.ask('/wp-login.php');
  await browser.post('/wp-login.php', { ...editor, testcookie: '1' });
  const machine = await replica.container('web-1');
  const exec = (...command: string[]) => docker('exec', machine, ...command);
  await exec('sh', '-c', `printf %s "$0" >/tmp/stock.conf && nginx -c /tmp/stock.conf`, stock);

  /** Microseconds that all programs of the machine have worked so far. */
  const worked = async () =>
    Number(
      /usage_usec (\d+)/.exec(
        await exec(
          'sh',
          '-c',
          'cat /sys/fs/cgroup/cpu.stat || echo usage_usec $(($(cat /sys/fs/cgroup/cpuacct/cpuacct.usage) / 1000))',
        ),
      )?.[1],
    );
  /** The share of php-fpm's processes in that, microseconds; the kernel counts in hundredths of a second. */
  const workedInPhp = async () =>
    10_000 *
    Number(
      await exec('sh', '-c', `cat /proc/[0-9]*/stat | awk '$2 ~ /php-fpm/ { sum += $14 + $15 } END { print sum }'`),
    );
  /** Status and bytes of each answer, over one connection. */
  const ask = async (port: number, path: string, count: number) => {
    const lines = [
      `Host: ${host}`,
      `Cookie: ${browser.cookies()}`,
      'X-Forwarded-Proto: https',
      'Accept-Encoding: gzip',
    ];
    const headers = lines.flatMap((line) => ['-H', line]);
    const write = ['-o', '/dev/null', '-w', '%{http_code} %{size_download}\\n'];
    const said = await exec('curl', '-s', ...headers, ...write, `http://127.0.0.1:${port}${path}#[1-${count}]`);
    return said.split('\n').map((line) => line.split(' ').map(Number) as [number, number]);
  };
  for (const path of ['/', '/wp-admin/']) {
    const measured = { bootdev: [] as number[], stock: [] as number[], ratio: [] as number[] };
    const rest = { bootdev: [] as number[], stock: [] as number[] };
    const ports = { bootdev: 80, stock: stockPort };
    for (const [name, port] of Object.entries(ports)) {
      const warm = await ask(port, path, 5);
      const [status, size] = warm.at(-1) ?? [0, 0];
      if (status !== 200)
        throw new Error(
          `${name} answers ${status} for ${path}: ${await exec('curl', '-si', '-H', `Host: ${host}`, '-H', 'X-Forwarded-Proto: https', `http://127.0.0.1:${port}${path}`)}`,
        );
      console.log(`${name} ${path}: ${size} bytes on the wire`);
    }
    for (let pair = 0; pair < pairs; pair++) {
      const turn = { bootdev: 0, stock: 0 };
      for (const name of pair % 2 === 0 ? (['bootdev', 'stock'] as const) : (['stock', 'bootdev'] as const)) {
        const [before, inPhp] = [await worked(), await workedInPhp()];
        await ask(ports[name], path, requests);
        const each = ((await worked()) - before) / requests / 1000;
        turn[name] = each;
        measured[name].push(each);
        rest[name].push(each - ((await workedInPhp()) - inPhp) / requests / 1000);
      }
      measured.ratio.push(turn.bootdev / turn.stock);
    }
    console.log(`signed in, ${path}, load ${loadavg()[0]?.toFixed(1)}, ms of CPU a request, curl included`);
    for (const [name, values] of Object.entries(measured)) console.log(`  ${name.padEnd(8)} ${spread(values)}`);
    for (const [name, values] of Object.entries(rest)) console.log(`  ${name.padEnd(8)} ${spread(values)} without PHP`);
  }
} finally {
  await replica.remove();
}
