/** The replica's database machine in the place of RDS: TLS, and a master's account that may make others. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { makeBundle } from '../../src/bundle/bundle.ts';
import { sha256 } from '../../src/bundle/digest.ts';
import { packageRoot } from '../../src/io/environment/package.ts';
import { targetFile } from '../../src/machines/target.ts';
import { readSources } from '../../src/project/sources.ts';
import { completeSettings } from '../../src/settings/schema.ts';
import { imageOf } from '../scenarios/images.ts';
import { docker, eventually } from '../scenarios/replica.ts';
import { type Cloud, copy } from './instances.ts';

export type Database = Awaited<ReturnType<typeof startDatabase>>;

/** `host`: its name for instances, which `certificate` is for. */
export async function startDatabase(
  cloud: Cloud,
  host: string,
  { username, password }: { username: string; password: string },
  { certificate, key, ca }: { certificate: string; key: string; ca: string },
) {
  const settings = completeSettings({ site: { name: 'shop' } });
  const made = makeBundle(settings, (await readSources(packageRoot)).docker).machines.get('mysql');
  const image = await imageOf('mysql');
  if (!made || !image) throw new Error('there is no mysql');
  const target = targetFile({
    DB_NAME: 'replica',
    DB_USER: 'replica',
    DB_BUFFER_POOL_MB: '64',
    DB_MAX_CONNECTIONS: '50',
    DB_REDO_LOG_MB: '128',
    DB_PERFORMANCE_SCHEMA: '0',
  });
  const capabilities = ['SETUID', 'SETGID', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'KILL'].flatMap((name) => [
    '--cap-add',
    name,
  ]);
  const network = ['--network', cloud.network, '--network-alias', host];
  const id = await docker(
    'create',
    '--no-healthcheck', // each two seconds
    '--cap-drop',
    'ALL',
    ...capabilities,
    ...network,
    '-e',
    'BOOTDEV_KIND=mysql',
    image,
  );
  cloud.adopt(id);
  await copy(id, {
    ...Object.fromEntries([...made.tree].map(([path, { bytes }]) => [`bundle/${made.digest}/${path}`, bytes])),
    [`bundle/${made.digest}.manifest`]: made.manifest,
    [`bundle/targets/${sha256(target)}.env`]: target,
    'bundle/desired/mysql': `${made.digest} ${sha256(target)}\n`,
    'run/secrets/db/root-password': 'root',
    'run/secrets/db/server-cert.pem': certificate,
    'run/secrets/db/server-key.pem': key,
    'run/secrets/app/db-password': 'replica',
    'run/secrets/app/db-ca.pem': ca,
  });
  await docker('start', id);
  const healthy = () =>
    docker('exec', id, '/etc/bootdev/current/bin/machine', 'health').then(
      () => true,
      () => false,
    );
  await eventually(60_000, healthy, Boolean);
  const sql = (statement: string) => docker('exec', id, 'mysql', '-N', '-e', statement);
  const name = `'${username}'@'%'`;
  await sql(
    `CREATE USER ${name} IDENTIFIED BY '${password}' REQUIRE SSL; GRANT ALL ON *.* TO ${name} WITH GRANT OPTION`,
  );
  return {
    /** As its administrator. */
    sql,
    load: async (name: string, dump: Buffer) =>
      void (await execa('docker', ['exec', '-i', id, 'mysql', '--binary-mode', name], { input: dump })),
    accounts: async () => (await sql("SELECT CONCAT(user, '@', host) FROM mysql.user")).split('\n'),
    /** PHP that asks it, as the site, for the name of its database. */
    question: `require "lib/site.php"; require "lib/database.php"; echo database()->query("SELECT DATABASE()")->fetchColumn();`,
  };
}

/** An authority of the test's own in the place of RDS's; PEM throughout. */
export function newAuthority() {
  const folder = mkdtempSync(join(tmpdir(), 'bootdev-ca-'));
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl('req', '-x509', ...curve, '-days', '2', '-subj', '/CN=test CA', '-keyout', 'ca.key', '-out', 'ca.pem');
  const authorities = read('ca.pem');
  /** For that host; the authority's key is gone afterwards. */
  function certificates(host: string) {
    openssl('req', ...curve, '-subj', '/CN=database', '-keyout', 'server.key', '-out', 'server.csr');
    writeFileSync(join(folder, 'san'), `subjectAltName=DNS:${host}\n`);
    const ca = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'san'];
    openssl('x509', '-req', '-in', 'server.csr', ...ca, '-out', 'server.pem');
    const made = { ca: authorities, certificate: read('server.pem'), key: read('server.key') };
    rmSync(folder, { recursive: true });
    return made;
  }
  return { authorities, certificates };
}
