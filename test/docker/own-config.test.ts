/** A site's own files on real machines: they take effect, a wrong one changes nothing, and one machine that cannot use them switches all back. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { docker, eventually, light, newReplica, type Replica, release } from '../scenarios/replica.ts';

let replica: Replica;
const put = async (files: Record<string, string>) => {
  for (const [path, text] of Object.entries(files)) {
    const file = join(replica.dir, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
};
const honest = {
  'bootdev/nginx/http/site.conf': 'limit_req_zone $uri zone=mine:1m rate=1000r/s;\n',
  'bootdev/nginx/server/site.conf':
    'location = /own {\n  limit_req zone=mine burst=100;\n  default_type text/plain;\n  return 200 "own";\n}\n',
  'bootdev/nginx/headers/site.conf': 'add_header X-Own yes always;\n',
  'bootdev/php/site.ini': '; a large form\nmax_input_vars = 7654\n',
  'bootdev/mysql/site.cnf': '[mysqld]\n# long lists\ngroup-concat-max-len = 64K\n',
  'bootdev/cron':
    '* * * * *  job --limit 20 feed  id -un >/srv/files/private/feed-user; php -r \'echo ini_get("max_input_vars");\' >/srv/files/private/feed\n',
};
beforeAll(async () => {
  replica = await newReplica(`site: { name: owner }\napplication: php\ncode: { path: code }\n${light}`, {
    local: release,
  });
  await put({ 'code/index.php': '<?php echo ini_get("max_input_vars");' });
  await replica.ensure('up');
});
afterAll(() => replica?.remove());

const inside = async (machine: string, ...command: string[]) =>
  docker('exec', await replica.container(machine), ...command);
const ask = async (path: string) => {
  const answer = await fetch(`${await replica.url()}${path}`, { headers: { connection: 'close' } });
  return { status: answer.status, text: await answer.text(), own: answer.headers.get('x-own') };
};
/** The digests of the machines' live files. */
const bundles = async () =>
  Object.fromEntries((await replica.status()).machines.map(({ name, digest }) => [name, digest]));
const active = async () => Promise.all(['web-1', 'web-2'].map((name) => inside(name, 'cat', '/etc/bootdev/applied')));

test('files that came with the folder are asked for once', async () => {
  await put(honest);
  const { stderr, code } = await replica.bootdev('up');
  expect(code).toBe(2);
  for (const path of Object.keys(honest)) expect(stderr).toContain(`\n    ${path}`);
  expect(stderr).toMatch(/→ read them, then: bootdev up --yes/);
  expect((await ask('/own')).text).not.toBe('own');
  await replica.ensure('up', '--yes');
  await replica.ensure('up');
});

test('nginx, PHP on web and admin, and the database have them', async () => {
  expect(await ask('/own')).toEqual({ status: 200, text: 'own', own: 'yes' });
  expect(await ask('/')).toEqual({ status: 200, text: '7654', own: 'yes' });
  expect(await inside('admin', 'php', '-r', 'echo ini_get("max_input_vars");')).toBe('7654');
  expect(await inside('mysql', 'mysql', '-NBe', 'SELECT @@group_concat_max_len')).toBe('65536');
  await replica.ensure('parity', '--replica');
});

test("cron runs the job as the site's user", async () => {
  const read = () => inside('admin', 'cat', '/srv/files/private/feed').catch(() => '');
  expect(await eventually(100_000, read, (text) => text !== '')).toBe('7654');
  expect(await inside('admin', 'cat', '/srv/files/private/feed-user')).toBe('www-data');
  expect((await replica.status()).machines.find(({ name }) => name === 'admin')?.now).toMatch(/\b(?:cron|feed)\b/);
});

test.each([
  ['bootdev/nginx/server/half.conf', '# half\nlocation = /half {\n  return 204;\n', ':2 '],
  ['bootdev/nginx/server/half.conf', '\n\nlocation ~ "^/(half" { return 204; }\n', ':3'],
  ['bootdev/nginx/server/half.conf', 'location = /half {\n  return 204 5 6 7;\n}\n', ':2'],
  ['bootdev/mysql/half.cnf', '[mysqld]\n\nsql_mode = NO_SUCH_MODE\n', ':3'],
])('%s with %j is refused with its line, and nothing changes', async (path, text, line) => {
  const before = await bundles();
  await put({ [path]: text });
  const { stderr, code } = await replica.bootdev('up');
  await rm(join(replica.dir, path));
  expect(stderr).toContain(`${path}${line}`);
  expect(code).toBe(1);
  expect(await bundles()).toEqual(before);
  expect((await ask('/own')).text).toBe('own');
});

test('a reload that nginx does not do is switched back, on that machine and before it', async () => {
  const before = await active();
  // A check reads files; only the running nginx has the zone, and it keeps its key.
  await put({ 'bootdev/nginx/http/site.conf': 'limit_req_zone $host zone=mine:1m rate=1000r/s;\n' });
  const { stderr, code } = await replica.bootdev('up');
  expect(stderr).toMatch(/did not activate the new files.*uses the "\$host" key/s);
  expect(stderr).toContain('earlier files again');
  expect(code).toBe(1);
  expect(await active()).toEqual(before);
  expect((await ask('/own')).text).toBe('own');
  await put(honest);
  await replica.ensure('up');
});

// Its check reads the value; only a start asks for the memory, which the machine does not have.
test('a database that ends with its new files has the earlier ones again', async () => {
  const before = await inside('mysql', 'cat', '/etc/bootdev/applied');
  await put({ 'bootdev/mysql/large.cnf': '[mysqld]\ninnodb_log_buffer_size = 4095M\n' });
  const { stderr, code } = await replica.bootdev('up');
  await rm(join(replica.dir, 'bootdev/mysql/large.cnf'));
  expect(stderr).toMatch(/mysql (?:ended|is not healthy) with the new files.*mysql has its earlier files again/s);
  expect(code).toBe(1);
  expect(await inside('mysql', 'cat', '/etc/bootdev/applied')).toBe(before);
  await replica.ensure('up');
});

test('files that only one of two machines can use are switched back on both', async () => {
  const before = await active();
  const certificates = '/etc/ssl/certs/ca-certificates.crt';
  await inside('web-2', 'mv', certificates, `${certificates}.away`);
  await put({
    'bootdev/nginx/server/api.conf': `location ^~ /api/ {\n  proxy_pass https://192.0.2.1/;\n  proxy_ssl_verify on;\n  proxy_ssl_trusted_certificate ${certificates};\n}\n`,
  });
  const { stderr, code } = await replica.bootdev('up');
  expect(stderr).toMatch(/The new configuration is not valid on web-2/);
  expect(stderr).toContain('web-1 has its earlier files again');
  expect(code).toBe(1);
  expect(await active()).toEqual(before);
  expect(await inside('web-1', 'ls', '/etc/bootdev/current/etc/nginx/own/server')).toBe('site.conf');
  await inside('web-2', 'mv', `${certificates}.away`, certificates);
  await replica.ensure('up');
  expect(await active()).not.toEqual(before);
});

test('without the folder all is as before it', async () => {
  await rm(join(replica.dir, 'bootdev'), { recursive: true });
  await replica.ensure('up');
  expect((await ask('/')).text).not.toBe('7654');
  expect((await ask('/own')).text).not.toBe('own');
});
