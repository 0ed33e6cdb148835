// Static checks, each a program: `npm run check`, and the first stage of `npm test`.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { bin, found, run } from './prepare.mjs';
import { pythonPrograms } from './python.mjs';

/** [{name, result: true | false | the reason why it was skipped}] */
export function check() {
  return [
    { name: 'types', result: run(bin('tsc'), ['--noEmit']) },
    { name: 'format and lint', result: run(bin('biome'), ['ci', '--error-on-warnings']) },
    { name: 'unused code', result: run(bin('knip'), []) },
    { name: 'shell', result: shellcheck() },
    { name: 'templates', result: templates() },
  ];
}

/** What checks the templates, from PyPI. checkov's rules are inside it: it asks nobody. */
const linters = ['cfn-lint==1.58.0', 'checkov==3.3.30'];

function templates() {
  const programs = pythonPrograms(linters);
  if (!programs.folder) return programs.reason;
  const checkov = ['--framework', 'cloudformation', '--skip-download', '--quiet', '--compact', '--directory', 'cfn'];
  return run(`${programs.folder}/cfn-lint`, ['cfn/*.yaml']) && run(`${programs.folder}/checkov`, checkov);
}

function shellcheck() {
  if (!found('shellcheck') && !installed('shellcheck'))
    return 'shellcheck is not installed: apt-get install shellcheck';
  const { stdout } = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    encoding: 'utf8',
  });
  const scripts = stdout.split('\0').filter((path) => path && existsSync(path) && isShell(path));
  return run('shellcheck', scripts);
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
  const results = check();
  for (const { name, result } of results) console.log(`${result === true ? 'passed' : result || 'FAILED'}: ${name}`);
  process.exitCode = results.some(({ result }) => result === false) ? 1 : 0;
}
