/** How quick the program starts, beside node alone, and how large the package is.  npx tsx bench/start.ts [RUNS] */
import { resolve } from 'node:path';
import { execa } from 'execa';
import { seconds, spread } from './figures.ts';

const runs = Number(process.argv[2] ?? 20);
const node = (...args: string[]) => seconds(() => execa(process.execPath, args));
const program = resolve('dist/cli.js');

const figures = { node: [] as number[], version: [] as number[], ratio: [] as number[] };
await node(program, '--version'); // files into the page cache
for (let run = 0; run < runs; run++) {
  const [one, other] = [await node('-e', '0'), await node(program, '--version')];
  figures.node.push(one * 1000);
  figures.version.push(other * 1000);
  figures.ratio.push(other / one);
}
console.log(`node -e 0, ms:          ${spread(figures.node, 0)}`);
console.log(`bootdev --version, ms:  ${spread(figures.version, 0)}`);
console.log(`ratio:                  ${spread(figures.ratio)}`);

const [pack] = JSON.parse((await execa('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'])).stdout);
const mb = (bytes: number) => `${(bytes / 1e6).toFixed(2)} MB`;
console.log(`package: ${mb(pack.size)} to download, ${mb(pack.unpackedSize)} unpacked, ${pack.entryCount} files`);
