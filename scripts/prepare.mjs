// After a clone there is only Node and npm: dependencies and the build, each only when needed.
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);

const announce = (command, args) => console.error(`\n> ${[command, ...args].join(' ')}`);

/** Runs a program with our output; true when it succeeded. Its stdin is ours only where it may ask. */
export function run(command, args, { stdin = 'ignore', env = {} } = {}) {
  announce(command, args);
  const { status, error } = spawnSync(command, args, {
    stdio: [stdin, 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  });
  if (error) console.error(String(error));
  return status === 0;
}

/** The same beside other programs: what it writes is shown in one piece, when it has ended. */
export async function runBeside(command, args) {
  const started = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const code = await new Promise((resolve) => {
    child.on('error', (error) => {
      output += error;
      resolve(1);
    });
    child.on('close', resolve);
  });
  announce(command, args);
  process.stderr.write(output);
  console.error(`${code === 0 ? 'ended well' : 'FAILED'} after ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return code === 0;
}

/** The same beside stages that wait for programs of their own, so nothing could read a pipe: it writes into a file. Returns its end. */
export function start(command, args) {
  const started = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'bootdev-beside-'));
  const output = openSync(join(folder, 'output'), 'w');
  const child = spawn(command, args, { stdio: ['ignore', output, output] });
  const ended = new Promise((resolve) => {
    child.on('error', resolve).on('close', resolve);
  });
  return async () => {
    const code = await ended;
    closeSync(output);
    announce(command, args);
    process.stderr.write(readFileSync(join(folder, 'output')));
    rmSync(folder, { recursive: true });
    console.error(
      `${code === 0 ? 'ended well' : 'FAILED'}, ${((performance.now() - started) / 1000).toFixed(1)} s after its start`,
    );
  };
}

/** Dependencies as package-lock.json has them, and dist/. */
export function prepare() {
  return (isInstalled() || run('npm', ['ci', '--no-audit', '--no-fund'])) && run(process.execPath, ['build.mjs']);
}

export const found = (program) => spawnSync(program, ['--version']).error === undefined;

export const bin = (name) => `node_modules/.bin/${name}`;

function isInstalled() {
  const desired = packages('package-lock.json');
  const present = packages('node_modules/.package-lock.json');
  // '' is the project itself; optional packages are those of other platforms.
  return Object.entries(desired).every(
    ([path, { optional, version }]) => path === '' || optional || present[path]?.version === version,
  );
}

function packages(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return {};
  }
}
