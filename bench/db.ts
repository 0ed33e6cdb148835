/**
 * A dump in by `bootdev db import` and by the engine's own client, one after the other, then a snapshot and a restore of the same: `npx tsx
 * bench/db.ts FOLDER [MB]`. FOLDER has a replica that runs, and whose data may go.
 */
import { createWriteStream, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { execa } from 'execa';
import { wordpressDump } from './wordpress-dump.ts';

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

async function main([folder = '.', megabytes = '1000']: string[]): Promise<void> {
  const dir = resolve(folder);
  const file = join(dir, `dump-${megabytes}.sql`);
  if (!existsSync(file)) await pipeline(Readable.from(wordpressDump(Number(megabytes) * 1e6)), createWriteStream(file));
  const bootdev = (...args: string[]) => execa(process.execPath, [resolve('dist/cli.js'), '-C', dir, ...args]);
  const env = await readFile(join(dir, '.bootdev/local/compose.env'), 'utf8');
  const project = /^COMPOSE_PROJECT_NAME=(.*)$/m.exec(env)?.[1] ?? '';
  const { stdout: names } = await execa('docker', ['ps', '--format', '{{.Names}}']);
  const engine = names.split('\n').includes(`${project}-mysql-1`) ? 'mysql' : 'mariadb';
  const container = `${project}-${engine}-1`;
  const sql = (statements: string) => execa('docker', ['exec', container, engine, '-e', statements]);

  for (let round = 1; round <= 2; round++) {
    await sql('DROP DATABASE IF EXISTS bench; CREATE DATABASE bench');
    const client = await seconds(() =>
      execa('docker', ['exec', '-i', container, engine, '--max-allowed-packet=1G', 'bench'], { inputFile: file }),
    );
    await sql('DROP DATABASE bench');
    const { stderr } = await bootdev('db', 'import', file, '--yes', '--no-snapshot');
    const own = Number(
      new RegExp(`✓ ${file} +(?:(\\d+) min )?([\\d.]+) s`)
        .exec(stderr)
        ?.slice(1)
        .reduce((sum, part, at) => sum + Number(part ?? 0) * (at === 0 ? 60 : 1), 0),
    );
    console.log(
      `round ${round}: ${engine} < dump ${client.toFixed(1)} s, db import ${own.toFixed(1)} s: ${(client / own).toFixed(2)} ×`,
    );
    const name = `bench-${Date.now()}`;
    console.log(`  ${(await bootdev('db', 'snapshot', name)).stderr.split('\n').join('\n  ')}`);
    console.log(`  ${(await bootdev('db', 'restore', name, '--yes')).stderr.split('\n').join('\n  ')}`);
    await bootdev('db', 'delete', name, '--yes');
  }
}

await main(process.argv.slice(2));
