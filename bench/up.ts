/**
 * What `bootdev up` costs beside the `docker compose` that it calls, from empty volumes with the images there; then an `up` with
 * nothing to do, and a changed micro-cache under 50 requests a second.  npx tsx bench/up.ts [PAIRS] [--core]
 */
import { readdir, readFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { load, newReplica } from '../test/scenarios/replica.ts';
import { seconds, spread } from './figures.ts';

const pairs = Number(process.argv[2] ?? 5);
const core = process.argv.includes('--core') ? 'search: { engine: none }\nfiles: { store: volume }\n' : '';
const settings = (ttl: number) => `site: { name: bench }\n${core}cache: { ttl: ${ttl} }\n`;
const replica = await newReplica(settings(10));
const say = (line: string) => console.log(line);

/** compose/README.md: the volumes filled from the same tar, the machines started and waited for. */
async function compose(): Promise<void> {
  const own = join(replica.dir, '.bootdev');
  const version = (await readdir(own)).find((name) => /^\d/.test(name)) as string;
  const options = { cwd: join(own, version, 'compose') };
  const args = ['compose', '--env-file', join(own, 'local/compose.env')];
  await execa('docker', [...args, 'run', '--rm', '-T', 'loader'], {
    ...options,
    input: await readFile(join(own, 'local/bundle.tar')),
  });
  await execa('docker', [...args, 'up', '--detach', '--wait', '--no-build'], options);
}
const bootdev = () => replica.ensure('up');
const empty = () => replica.ensure('down', '--volumes', '--yes');

try {
  say(
    `${cpus().length} CPUs, load ${loadavg()[0]?.toFixed(1)} at the start${core ? '; without search and Gluster' : ''}`,
  );
  await bootdev(); // builds what is missing
  const measured = { bootdev: [] as number[], compose: [] as number[], ratio: [] as number[] };
  for (let pair = 0; pair < pairs; pair++) {
    const order = [['bootdev', bootdev] as const, ['compose', compose] as const];
    for (const [name, run] of pair % 2 ? order.reverse() : order) {
      await empty();
      measured[name].push(await seconds(run));
    }
    measured.ratio.push((measured.bootdev.at(-1) as number) / (measured.compose.at(-1) as number));
  }
  say(`from empty volumes, seconds: bootdev up                   ${spread(measured.bootdev)}`);
  say(`                             compose run fill, up --wait  ${spread(measured.compose)}`);
  say(`                             ratio                        ${spread(measured.ratio)}`);

  await bootdev();
  const nothing: number[] = [];
  for (let run = 0; run < pairs; run++) nothing.push(await seconds(bootdev));
  say(`nothing changed, seconds:    ${spread(nothing)}`);

  const changed: number[] = [];
  const failed: string[] = [];
  let sent = 0;
  for (let run = 0; run < pairs; run++) {
    const traffic = load(`${await replica.url()}/`, 50);
    await replica.settings(settings(11 + run));
    changed.push(await seconds(bootdev));
    await traffic.stop();
    sent += traffic.sent;
    failed.push(...traffic.failed);
  }
  say(`changed cache.ttl, seconds:  ${spread(changed)}; ${failed.length} of ${sent} requests failed`);
  for (const reason of new Set(failed)) say(`  ${reason}`);
  say(`load ${loadavg()[0]?.toFixed(1)} at the end`);
} finally {
  await replica.remove();
}
