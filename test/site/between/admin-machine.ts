/**
 * An admin machine on AWS without one: docker/roles/backup as it is, with folders of ours in the place of the machine's and curl to the fake
 * of S3; and a replica whose admin has another such folder. GNU's find and tar, as on every machine. receive-files is tar's: the real one,
 * which is PHP, has test/docker.
 */
import { chmod, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { kill } from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';
import { stream } from '../../../src/io/command.ts';
import { readFolder } from '../../../src/io/folder.ts';
import { makeIo } from '../../../src/io/io.ts';
import type { Context } from '../../../src/project/context.ts';
import { paths } from '../../../src/project/paths.ts';
import { completeSettings } from '../../../src/settings/schema.ts';

export type Sides = Awaited<ReturnType<typeof twoSides>>;

/** `url`: of the fake. `database`: what the site's has; it is one file. */
export async function twoSides(url: string, { database = '' } = {}) {
  const dir = await mkdtemp(join(tmpdir(), 'bootdev-sides-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const [here, there, work] = ['here', 'there', 'work'].map((name) => join(dir, name)) as [string, string, string];
  for (const folder of [here, there]) await mkdir(join(folder, 'private'), { recursive: true });
  const programs = {
    'machine/usr/local/bin/site': 'exec "$@"',
    'machine/usr/local/bin/receive-files':
      'written=$(tar -xvf - -C "$1" | wc -l) && echo "{\\"written\\":$written,\\"bytes\\":0,\\"unchanged\\":0,\\"leftOut\\":0,\\"examples\\":[]}"',
    'machine/usr/local/bin/dump-database': `name=$(cut -d' ' -f1 ${dir}/site-database 2>/dev/null || echo site)
cat ${dir}/db-$name; echo '{"moment":"2026-11-29T02:40:00Z","engine":"mysql","version":"9","broken":[],"tables":{"one":1}}' >&3`,
    'machine/usr/local/bin/load-database': `cat >${dir}/db-$1; echo '{"one":1}'`,
    'machine/usr/local/bin/update-site': `name=$(cut -d' ' -f1 ${dir}/site-database 2>/dev/null || echo site)
[ "$1" = run ] || { if [ -e ${dir}/update-pending ]; then echo 1; else echo 0; fi; exit; }
case $(cat ${dir}/update-fails 2>/dev/null) in
  half) printf '+half' >>${dir}/db-$name; exit 5 ;;
  hangs) touch ${dir}/update-begun; exec sleep 60 ;;
esac
printf '+1' >>${dir}/db-$name`,
    // Signed as far as the fake looks.
    own: `[ "$1" != web ] || curl -sf "${url}/artifacts/data/site-database" -H 'authorization: Credential=AKIA/20261129/eu-west-1/s3/aws4_request' -o ${dir}/site-database || true
[ "$1" = aws ] || exit 0; path=$3; shift 3; printf '%s ' "$path" "$@" >>${dir}/heard; echo >>${dir}/heard
exec curl -sS --fail-with-body -H 'authorization: Credential=AKIA/20261129/eu-west-1/s3/aws4_request' "$@" "${url}$path"`,
  };
  for (const [name, text] of Object.entries(programs)) await program(join(dir, name), text);
  for (const name of ['backup.sh', 'files.sh']) {
    const text = (await readFile(resolve('docker/roles/backup', name), 'utf8'))
      .replace('work=/var/lib/bootdev/backup', `work=${work}`)
      .replace('files=/etc/bootdev/current', `files=${dir}/machine`)
      .replace('/etc/bootdev/target.in', join(dir, 'target.in'))
      .replace('http://web:82/', 'http://127.0.0.1:9/') // nobody there
      .replaceAll('/srv/files', there);
    await writeFile(join(dir, name), text);
    await chmod(join(dir, name), 0o755);
  }

  await writeFile(join(dir, 'target.in'), 'DB_NAME=site\n');
  await writeFile(join(dir, 'db-site'), database);
  await writeFile(join(dir, 'update-pending'), '');

  const env = {
    BOOTDEV_OWN: join(dir, 'own'),
    BOOTDEV_BUCKET: 'artifacts',
    BOOTDEV_PART_BYTES: '30000',
    BOOTDEV_SWITCH_SECONDS: '0',
  };
  let process: number | undefined;
  return {
    folder: dir,
    here,
    there,
    heard: async () => (await readFile(join(dir, 'heard'), 'utf8').catch(() => '')).split('\n').filter(Boolean),
    /** As its timer does: what it was asked for; it has no database. */
    async look({ release = '' } = {}) {
      await mkdir(work, { recursive: true });
      await writeFile(join(work, 'looked'), '');
      const looking = execa(join(dir, 'backup.sh'), { env: { ...env, BOOTDEV_RELEASE: release }, detached: true });
      process = looking.pid;
      await looking.catch((error: { signal?: string }) => {
        if (error.signal !== 'SIGKILL') throw error;
      });
    },
    /** All that it runs. */
    kill: () => kill(-(process ?? Number.NaN), 'SIGKILL'),
    /** The project here, whose clock runs slowly while it waits. */
    async context(signal = new AbortController().signal): Promise<Context> {
      const io = makeIo();
      let now = 0;
      const pause = (ms: number) => {
        now += ms / 10;
        return setTimeout(5);
      };
      /** `docker exec --interactive ID site COMMAND…` */
      const local = (args: readonly string[]) => {
        const [command = '', ...rest] = args.slice(4).map((each) => each.replace('/srv/files', here));
        return [command.replace('/etc/bootdev/current', join(dir, 'machine')), rest] as const;
      };
      const docker = {
        containers: async () => [{ id: 'a', service: 'admin', number: 1, state: 'running' }],
        exec: async (_: string, [, ...command]: string[]) => {
          await mkdir(command.at(-1)?.replace('/srv/files', here) ?? '', { recursive: true });
          return { code: 0, stdout: '', stderr: '' };
        },
      };
      const own = {
        ...{ docker, clock: { now: () => now, pause } },
        stream: (_: string, args: string[], options: object) => stream(...local(args), options),
        run: (_: string, args: string[], options: object) => io.run(...local(args), options),
      };
      const settings = completeSettings({ site: { name: 'shop' }, application: 'drupal' });
      const sources = { docker: await readFolder('docker') };
      const context = { io: { ...io, ...own }, paths: paths(dir, 'local'), env: 'local', project: 'p', signal };
      return { ...context, settings, sources } as unknown as Context;
    },
  };
}

async function program(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!/bin/bash\nset -eo pipefail\n${text}\n`);
  await chmod(path, 0o755);
}

/** Files by path, whose characters are bytes; all of one second. */
export async function lay(root: string, files: Record<string, string | Buffer>, time = 1_700_000_000): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const at = Buffer.from(`${root}/${path}`, 'latin1');
    await mkdir(Buffer.from(dirname(`${root}/${path}`), 'latin1'), { recursive: true });
    await writeFile(at, content);
    await utimes(at, time, time);
  }
}
