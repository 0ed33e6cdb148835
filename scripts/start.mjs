// `npm start`: from a bare clone to the running replica of the sample site.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { prepare, run } from './prepare.mjs';

const folder = '.sample';

function bootdev(...args) {
  return run(process.execPath, ['dist/cli.js', ...args], { stdin: 'inherit' });
}

function settings() {
  if (existsSync(`${folder}/bootdev.yaml`)) return true;
  mkdirSync(folder, { recursive: true });
  // The folder is one user's: git need not know it.
  writeFileSync(`${folder}/.gitignore`, '*\n');
  return bootdev('init', '--yes', '--set', 'site.name=sample', '-C', folder);
}

const ready = prepare() && bootdev('doctor', '--fix', '--yes') && settings() && bootdev('up', '-C', folder);
if (ready) console.log(`\nFrom this folder, for the sample's replica: npx bootdev -C ${folder} status`);
process.exitCode = ready ? 0 : 1;
