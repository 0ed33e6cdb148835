// After a clone there is only Node and npm: dependencies and the build, each only when needed.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);

/** Runs a program with our output; true when it succeeded. Its stdin is ours only where it may ask. */
export function run(command, args, { stdin = 'ignore', env = {} } = {}) {
  console.error(`\n> ${[command, ...args].join(' ')}`);
  const { status, error } = spawnSync(command, args, {
    stdio: [stdin, 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  });
  if (error) console.error(String(error));
  return status === 0;
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
