// Static checks, each a program: `npm run check`, and the first stage of `npm test`.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { bin, found, run, runBeside } from './prepare.mjs';
import { pythonPrograms } from './python.mjs';

/** By name, the longest first. Each ends as true, false, or the reason why it was skipped. */
const checks = {
  types: () => runBeside(bin('tsc'), ['--noEmit']),
  // checkov's rules are inside it: it asks nobody.
  'templates: checkov': () =>
    python(['checkov==3.3.30'], 'checkov', [
      ...['--framework', 'cloudformation', '--skip-download', '--quiet', '--compact', '--directory', 'cfn'],
    ]),
  'templates: cfn-lint': () => python(['cfn-lint==1.58.0'], 'cfn-lint', ['cfn/*.yaml']),
  'unused code': () => runBeside(bin('knip'), []),
  shell: shellcheck,
  'format and lint': () => runBeside(bin('biome'), ['ci', '--error-on-warnings']),
  // parliament imports pkg_resources, which later releases of setuptools are without.
  policies: () => python(['parliament==1.6.4', 'setuptools==80.9.0'], 'python', ['scripts/policies.py']),
};

/** [{name, result}], as many at a time as there are cores. */
export async function check() {
  const left = Object.entries(checks);
  const results = [];
  const worker = async () => {
    for (let next = left.shift(); next; next = left.shift()) results.push({ name: next[0], result: await next[1]() });
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return results;
}

async function python(packages, program, args) {
  const { folder, reason } = await pythonPrograms(...packages);
  return folder ? runBeside(`${folder}/${program}`, args) : reason;
}

async function shellcheck() {
  if (!found('shellcheck') && !installed('shellcheck'))
    return 'shellcheck is not installed: apt-get install shellcheck';
  const { stdout } = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    encoding: 'utf8',
  });
  const scripts = stdout.split('\0').filter((path) => path && existsSync(path) && isShell(path));
  // What a program is made of is looked at as a part of it, which has its variables.
  const programs = scripts.filter((path) => !path.startsWith('docker/ec2/lib/'));
  return runBeside('shellcheck', ['--external-sources', '--check-sourced', ...programs]);
}

const isShell = (path) =>
  path.endsWith('.sh') || /^#!.*\b(ba)?sh\b/.test(readFileSync(path, { encoding: 'latin1' }).slice(0, 80));

function installed(name) {
  if (process.getuid?.() !== 0 || !found('apt-get')) return false;
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  return (
    run('apt-get', ['update', '-qq']) && run('apt-get', ['install', '-qq', '--no-install-recommends', name], { env })
  );
}

if (import.meta.filename === process.argv[1]) {
  const results = await check();
  for (const { name, result } of results) console.log(`${result === true ? 'passed' : result || 'FAILED'}: ${name}`);
  process.exitCode = results.some(({ result }) => result === false) ? 1 : 0;
}
