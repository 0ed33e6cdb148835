import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { makeBundle } from '../../src/bundle/bundle.ts';
import { sha256 } from '../../src/bundle/digest.ts';
import { readFolder } from '../../src/io/folder.ts';
import { type Target, targetFile } from '../../src/machines/target.ts';
import { completeSettings, type SettingsInput } from '../../src/settings/schema.ts';
import { imageOf } from '../scenarios/images.ts';

const run = promisify(execFile);
const docker = async (...args: string[]) => (await run('docker', args)).stdout.trim();

/** A web machine alone, as `up` would start it: same image, same bundle, same capabilities; its neighbours do not exist. */
export interface WebMachine {
  url: string;
  /** Its door for purges (docs/purge.md). */
  door: string;
  id: string;
  /** Runs a command in it, as root. */
  exec(...command: string[]): Promise<string>;
  /** Activates another bundle, as `up` does on a running machine. */
  apply(settings: SettingsInput): Promise<void>;
  logs(): Promise<string>;
  remove(): Promise<void>;
}

export const target = {
  DB_HOST: 'mysql.invalid',
  DB_PORT: '3306',
  DB_NAME: 'site',
  DB_USER: 'site',
  MEMCACHED: '127.0.0.1:11211',
  S3_ENDPOINT: 'http://s3.invalid',
  S3_BUCKET: 'media',
  S3_REGION: 'eu-west-1',
  MAIL_HOST: 'mail.invalid',
  MAIL_PORT: '1025',
  MAIL_TLS: 'off',
  MAIL_AUTH: 'off',
  MAIL_USER: '',
  MAIL_API: '',
  SITE_URL: 'http://site.localhost',
  WEB_HOST: 'localhost',
  SOLR_URL: '',
  GLUSTER_NODES: '',
  TRUSTED_PROXY: '0.0.0.0/0',
  OPCACHE_MB: '48',
  APCU_MB: '8',
  CODE_LIVE: '0',
  OPCACHE_VALIDATE: '0',
  REALPATH_SECONDS: '600',
  FILE_CACHE: 'max=10000 inactive=60s',
  STATIC_EXPIRES: '30d',
  STATIC_SYMLINKS: 'off',
  FPM_CHILDREN: '4',
};

/** The secret that the door for purges asks for. */
export const purgeToken = 'ATokenOfTheTestsThatNobodyElseHas';

interface Around {
  name?: string;
  /** Where others are, all of them by the name `web`; else it is alone. */
  network?: string;
  /** Values of its target, for neighbours that do exist. */
  over?: Target;
  /** Files of docker/ that the package does not have: path below it → content. */
  docker?: ReadonlyMap<string, Buffer>;
}

interface Content {
  /** Folder whose content is the release. */
  site: string;
  settings: SettingsInput;
  staged: (desired: SettingsInput) => ReturnType<typeof stage>;
}

/** Gives a container its bundle, the site and the folders of the shared files. Returns how it gets another bundle while it runs. */
export async function fillAndStart(id: string, { site, settings, staged }: Content) {
  const deliver = async (asked: SettingsInput) => {
    const { folder, desired } = await staged(asked);
    await docker('cp', `${folder}/.`, `${id}:/`);
    await rm(folder, { recursive: true });
    return desired;
  };
  await deliver(settings);
  await docker('cp', `${site}/.`, `${id}:/srv/code/releases/1`);
  await docker('start', id);
  const folders = '/srv/files/public /srv/files/private';
  await docker(
    ...['exec', id, 'sh', '-c'],
    `mkdir -p ${folders} && chmod 2775 ${folders} && chown -R www-data: /srv/files`,
  );
  return async (asked: SettingsInput) => {
    const [digest, filled] = await deliver(asked);
    await docker('exec', id, `/bundle/${digest}/bin/machine`, 'apply', digest, filled);
  };
}

/** `site`: folder whose content is the release. */
export async function startWebMachine(
  site: string,
  settings: SettingsInput,
  { name = 'web-1', network = '', over = {}, docker: more = new Map() }: Around = {},
): Promise<WebMachine> {
  const image = process.env.BOOTDEV_TEST_WEB_IMAGE ?? (await imageOf('web'));
  if (!image) throw new Error('the image bootdev/web was not made');
  const capabilities = ['NET_BIND_SERVICE', 'SETUID', 'SETGID', 'CHOWN', 'KILL', 'DAC_OVERRIDE'].flatMap((name) => [
    '--cap-add',
    name,
  ]);
  const id = await docker(
    'create',
    '--no-healthcheck', // each two seconds
    '--cap-drop',
    'ALL',
    ...capabilities,
    '--security-opt',
    'no-new-privileges',
    '-p',
    '127.0.0.1::80',
    '-p',
    '127.0.0.1::82',
    '-e',
    'BOOTDEV_KIND=web',
    '-e',
    `BOOTDEV_MACHINE=${name}`,
    ...(network ? ['--network', network, '--network-alias', 'web'] : []),
    image,
  );
  const apply = await fillAndStart(id, {
    site,
    settings,
    staged: (desired) => stage(desired, { ...target, ...(network ? { WEB_HOST: 'web' } : {}), ...over }, more),
  });
  const published = async (port: string) =>
    `http://127.0.0.1:${(await docker('port', id, port)).split('\n')[0]?.split(':').pop()}`;
  const machine: WebMachine = {
    url: await published('80'),
    door: await published('82'),
    id,
    exec: (...command) => docker('exec', id, ...command),
    apply,
    logs: async () => {
      const { stdout, stderr } = await run('docker', ['logs', id]);
      return stdout + stderr;
    },
    remove: async () => void (await docker('rm', '-f', '-v', id)),
  };
  await answers(machine);
  return machine;
}

/** The files of the machine's volumes, as the loader would leave them. */
export async function stage(
  input: SettingsInput,
  filled: Target,
  more: ReadonlyMap<string, Buffer> = new Map(),
  kind: 'web' | 'admin' = 'web',
): Promise<{ folder: string; desired: [digest: string, target: string] }> {
  const alone: SettingsInput = { files: { store: 'volume' }, search: { engine: 'none' }, ...input };
  // An application of outside is no word of the settings here.
  const { application = 'sample', ...others } = alone;
  const docker = new Map([...(await readFolder('docker')), ...more]);
  const made = makeBundle({ ...completeSettings(others), application }, docker).machines.get(kind);
  if (!made) throw new Error(`no ${kind} machine in the bundle`);
  const folder = await mkdtemp(join(tmpdir(), 'web-machine-'));
  const write = async (path: string, bytes: Buffer | string, mode = 0o644) => {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
    await chmod(file, mode);
  };
  for (const [path, { bytes, mode }] of made.tree) {
    await write(`bundle/${made.digest}/${path}`, bytes, Number.parseInt(mode, 8));
  }
  const env = targetFile(filled);
  await write(`bundle/${made.digest}.manifest`, made.manifest);
  await write(`bundle/targets/${sha256(env)}.env`, env);
  await write(`bundle/desired/${kind}`, `${made.digest} ${sha256(env)}\n`);
  await write('run/secrets/app/db-ca.pem', '');
  await write('run/secrets/app/purge-token', purgeToken);
  await write('srv/code/releases/.keep', '');
  await run('ln', ['-s', 'releases/1', join(folder, 'srv/code/current')]);
  return { folder, desired: [made.digest, sha256(env)] };
}

async function answers(machine: WebMachine): Promise<void> {
  const end = Date.now() + 20_000;
  while ((await status(`${machine.url}/-/healthz`)) !== 200) {
    if (Date.now() > end) throw new Error(`the web machine does not answer:\n${await machine.logs()}`);
    await pause(200);
  }
}

/** Not by fetch: on Node 20 its promise never settles when Docker's proxy resets the connection. */
function status(url: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    get(url, { agent: false, timeout: 2000 }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on('timeout', () => resolve(undefined))
      .on('error', () => resolve(undefined));
  });
}
