/**
 * What a site's code costs: reading it, and `bootdev up` with it through the real loader. 25,000 files of 170 MB, as a large Drupal has.
 * npx tsx bench/release.ts [RUNS] [--beside CHECKOUT]     (another checkout, built, in turns with this one)
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import type { readRelease } from '../src/project/release.ts';
import { completeSettings } from '../src/settings/schema.ts';
import { newReplica } from '../test/scenarios/replica.ts';
import { spread } from './figures.ts';

const [command, ...rest] = process.argv.slice(2);
if (command === 'read') await read(...(rest as [string, string]));
else await bench(Number(command ?? 5), process.argv[process.argv.indexOf('--beside') + 1]);

/** Alone in its process, for the memory; the digest and the figures as JSON. */
async function read(checkout: string, tree: string): Promise<void> {
  const code = (await import(join(checkout, 'src/project/release.ts'))) as { readRelease: typeof readRelease };
  const settings = completeSettings({ application: 'php', code: { path: '.' } });
  const started = process.cpuUsage();
  const { digest } = await code.readRelease(tree, settings, new Map());
  const { user, system } = process.cpuUsage(started);
  console.log(JSON.stringify({ digest, cpu: (user + system) / 1e6, rss: process.resourceUsage().maxRSS / 1000 }));
}

async function bench(runs: number, beside: string | undefined): Promise<void> {
  const say = (line: string) => console.log(line);
  const folder = mkdtempSync(join(tmpdir(), 'bootdev-bench-'));
  const checkouts = [resolve('.'), ...(process.argv.includes('--beside') && beside ? [resolve(beside)] : [])];
  const tree = join(folder, 'tree');
  makeTree(tree, 25_000, 170e6);
  try {
    for (let run = 0; run < 2; run++) {
      for (const checkout of checkouts) {
        const { stdout } = await execa('npx', ['tsx', 'bench/release.ts', 'read', checkout, tree]);
        say(`read by ${checkout}: ${stdout}`);
      }
    }
    for (const checkout of checkouts) await ups(checkout, tree, runs, say);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function ups(checkout: string, tree: string, runs: number, say: (line: string) => void): Promise<void> {
  const settings =
    'site: { name: bench-release }\napplication: php\nsearch: { engine: none }\nfiles: { store: volume }\n';
  const replica = await newReplica(settings, { program: join(checkout, 'dist/cli.js') });
  writeFileSync(join(replica.dir, 'bootdev.local.yaml'), `code: { path: ${tree}, mode: release }\n`);
  let edits = 0;
  const up = async () => {
    const format = ['-f', '%e %U %S %M', '-o', join(replica.dir, 'time')];
    const options = { cwd: replica.dir, env: { XDG_CONFIG_HOME: replica.dir } };
    await execa('/usr/bin/time', [...format, process.execPath, join(checkout, 'dist/cli.js'), 'up'], options);
    const { stdout } = await execa('tail', ['-n', '1', join(replica.dir, 'time')]);
    const [seconds = 0, user = 0, system = 0, kilobytes = 0] = stdout.split(' ').map(Number);
    return { seconds, cpu: user + system, megabytes: kilobytes / 1000 };
  };
  const row = async (text: string, times: number, prepare: () => void = () => undefined) => {
    const all: Awaited<ReturnType<typeof up>>[] = [];
    for (let run = 0; run < times; run++) {
      prepare();
      all.push(await up());
    }
    const of = (name: 'seconds' | 'cpu' | 'megabytes') =>
      spread(
        all.map((each) => each[name]),
        name === 'megabytes' ? 0 : 1,
      );
    say(
      `  ${text.padEnd(16)} s ${of('seconds')}   CPU ${of('cpu')}   MB ${of('megabytes')}   load ${loadavg()[0]?.toFixed(0)}`,
    );
  };
  const edit = (file: string) => writeFileSync(join(tree, file), `<?php // ${++edits}`);
  try {
    say(`bootdev up by ${checkout}`);
    await row('first', 1);
    await row('unchanged', runs);
    await row('one file', runs, () => edit('class7.php'));
    await row('1,000 files', 1, () => {
      for (let index = 0; index < 1000; index++) edit(`class-${index}.php`);
    });
  } finally {
    await replica.remove();
  }
}

/** Sizes as of real files: many small ones, few large ones. A file of each: no two are the same. */
function makeTree(root: string, files: number, bytes: number): void {
  const text = 'abcdefghijklmnopqrstuvwxyz012345\n'.repeat(100_000);
  const folders = ['.'];
  for (let index = 0; index < files / 4; index++) folders.push(`${folders[Math.floor(index / 5)]}/folder${index}`);
  for (const folder of folders) mkdirSync(join(root, folder), { recursive: true });
  for (let index = 0; index < files; index++) {
    const size = -Math.log(1 - (((index * 7919) % files) + 0.5) / files) * (bytes / files);
    writeFileSync(
      join(root, folders[index % folders.length] ?? '', `class${index}.php`),
      `<?php // ${index}\n${text.slice(0, size)}`,
    );
  }
  writeFileSync(join(root, 'index.php'), '<?php echo 1;');
}
