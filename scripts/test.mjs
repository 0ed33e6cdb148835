// `npm test`: everything, from a bare clone. The last line counts the whole run. `npm test -- unit cli` runs some stages.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check } from './check.mjs';
import { bin, prepare, run } from './prepare.mjs';

/** What failed is named again at the end, where a log that is cut short still shows it. */
const total = { passed: 0, failed: [], skipped: [] };

const stages = {
  check: () => {
    for (const { name, result } of check()) {
      if (typeof result === 'string') total.skipped.push(`${name}: ${result}`);
      else count(name, result);
    }
  },
  unit: () => vitest('unit'),
  cli: () => vitest('cli'),
  // Half of its time is waiting: two files at once, where two cores would give one.
  promote: () => vitest('promote', '--maxWorkers=2'),
  emulator: () => withDocker('emulator'),
  replica: () => withDocker('replica'),
  instance: () => withDocker('instance'),
};

function withDocker(project) {
  const docker = run(process.execPath, ['dist/cli.js', 'doctor', '--fix', '--yes']);
  if (docker) vitest(project, '--no-file-parallelism');
  else count(`the ${project} tests need Docker: see above`, false);
}

function vitest(project, ...options) {
  const folder = mkdtempSync(join(tmpdir(), 'bootdev-tally-'));
  const BOOTDEV_TALLY = join(folder, 'tally.json');
  const ended = run(bin('vitest'), ['run', '--project', project, ...options], {
    env: { BOOTDEV_TALLY },
  });
  const tally = read(BOOTDEV_TALLY);
  rmSync(folder, { recursive: true });
  total.passed += tally.passed;
  total.failed.push(...tally.failed);
  total.skipped.push(...tally.skipped);
  const none = tally.passed + tally.failed.length + tally.skipped.length === 0;
  if ((!ended && tally.failed.length === 0) || (ended && none)) count(`${project} tests ended early`, false);
}

/** Without figures vitest found nothing to run, or broke: its exit code tells which. */
function read(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return { passed: 0, failed: [], skipped: [] };
  }
}

function count(name, passed) {
  if (passed) total.passed++;
  else total.failed.push(name);
}

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in stages));
if (unknown.length > 0)
  throw new Error(`no such stage: ${unknown.join(', ')}; there are ${Object.keys(stages).join(', ')}`);
if (prepare())
  for (const [name, stage] of Object.entries(stages)) (chosen.length === 0 || chosen.includes(name)) && stage();
else count('dependencies and build', false);

for (const text of total.skipped) console.log(`skipped: ${text}`);
const skipped = total.skipped.length > 0 ? `, ${total.skipped.length} skipped` : '';
for (const text of total.failed) console.log(`FAILED: ${text}`);
console.log(`\n${total.passed} passed, ${total.failed.length} failed${skipped}`);
process.exitCode = total.failed.length > 0 ? 1 : 0;
