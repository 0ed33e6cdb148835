// Programs from PyPI, in an environment of their own below node_modules/.cache that is made once for each set of versions.
import { existsSync, writeFileSync } from 'node:fs';
import { found, runBeside } from './prepare.mjs';

/** What is run once need not be compiled as a whole. */
const quietly = ['--quiet', '--disable-pip-version-check', '--no-compile'];

/**
 * {folder: where the programs are} or {reason: why they could not be had}
 * @param {...string} packages name==version
 */
export async function pythonPrograms(...packages) {
  const venv = `node_modules/.cache/${packages.join('+').replaceAll('==', '-')}`;
  const ready = `${venv}/ready`;
  if (!existsSync(ready)) {
    if (!found('python3'))
      return { reason: `python3 is not installed: there is no ${packages.join(', no ')} without it` };
    if (!(await runBeside('python3', ['-m', 'venv', '--clear', venv])))
      return { reason: 'python3 has no venv: apt-get install python3-venv' };
    if (!(await runBeside(`${venv}/bin/pip`, ['install', ...quietly, ...packages])))
      return { reason: `pip could not install ${packages.join(' and ')}` };
    writeFileSync(ready, '');
  }
  return { folder: `${venv}/bin` };
}
