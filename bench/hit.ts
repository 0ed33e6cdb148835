/**
 * CPU of nginx for a page from the micro-cache beside the same bytes as a file (.gz next to it): the two take turns, asked by curl over one
 * connection inside the machine.  npx tsx bench/hit.ts [PAIRS] [KB]
 */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { startWebMachine } from '../test/docker/web-machine.ts';
import { spread } from './figures.ts';

const pairs = Number(process.argv[2] ?? 9);
const kilobytes = Number(process.argv[3] ?? 25);
const requests = 40_000;

/** Text of a page: words in no order, which gzip makes a third of, as it does of HTML. */
function body(): string {
  let seed = 7;
  const next = () => (seed = (seed * 48_271) % 2_147_483_647);
  const words = Array.from({ length: 400 }, () => next().toString(36));
  let text = '<!doctype html><title>A page</title>';
  while (text.length < kilobytes * 1000) text += `<p class="body">${words[next() % words.length]} `;
  return text;
}

const site = await mkdtemp(join(tmpdir(), 'bootdev-hit-'));
await chmod(site, 0o755);
const html = body();
await writeFile(join(site, 'page.html'), html);
await writeFile(join(site, 'page.html.gz'), gzipSync(html, { level: 5 }));
await writeFile(
  join(site, 'index.php'),
  "<?php header('Cache-Control: public, max-age=600'); readfile(__DIR__ . '/page.html');",
);
const machine = await startWebMachine(site, { application: 'php', cache: { ttl: 3600 } });
try {
  const curl = (path: string, ...options: string[]) =>
    machine.exec('curl', '-s', '-H', 'Accept-Encoding: gzip', ...options, `http://127.0.0.1${path}`);
  const head = async (path: string) => (await curl(path, '-o', '/dev/null', '-D', '-')).toLowerCase();
  await head('/');
  const [hit, file] = [await head('/'), await head('/page.html')];
  for (const [what, lines] of Object.entries({ hit, file }))
    if (!lines.includes('content-encoding: gzip') || !lines.includes('content-length:'))
      throw new Error(`${what} is not as it should be:\n${lines}`);
  if (!hit.includes('x-cache: hit')) throw new Error(`no hit:\n${hit}`);

  /** Nanoseconds that nginx' workers have worked so far. */
  const worked = async () =>
    Number(
      await machine.exec(
        'sh',
        '-c',
        "cat $(pgrep -x nginx | sed 's|.*|/proc/&/schedstat|') | awk '{n += $1} END {printf \"%.0f\", n}'",
      ),
    );
  const microseconds = async (path: string) => {
    const before = await worked();
    await curl(`${path}#[1-${requests}]`, '-o', '/dev/null');
    return ((await worked()) - before) / requests / 1000;
  };
  const measured = { hit: [] as number[], file: [] as number[], ratio: [] as number[] };
  for (let pair = 0; pair < pairs; pair++) {
    const turn = { hit: 0, file: 0 };
    for (const what of pair % 2 === 0 ? (['hit', 'file'] as const) : (['file', 'hit'] as const)) {
      turn[what] = await microseconds(what === 'hit' ? '/' : '/page.html');
      measured[what].push(turn[what]);
    }
    measured.ratio.push(turn.file / turn.hit);
  }
  console.log(`${kilobytes} kB, load ${loadavg()[0]?.toFixed(1)}`);
  console.log(`hit   ${spread(measured.hit)} µs`);
  console.log(`file  ${spread(measured.file)} µs`);
  console.log(`ratio ${spread(measured.ratio)}, goal 0.65 and better`);
} finally {
  await machine.remove();
  await rm(site, { recursive: true });
}
