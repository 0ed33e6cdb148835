// `npm test`: everything, from a bare clone. The last line counts the whole run.
//   npm test -- check unit cli   some stages
//   npm test -- --changed        what the change against main touches; stages with containers are named, not run
//   npm run test:long            what is too long for every run; its result goes to docs/figures.md
import { changes, stagesOf, unitRuns } from './changed.mjs';
import { check } from './check.mjs';
import { record } from './figures.mjs';
import { bin, prepare, run, start } from './prepare.mjs';
import { add, count, newTotal, print, timed } from './report.mjs';
import { vitest } from './vitest.mjs';

const quick = {
  check: async () => {
    for (const { name, result } of await check()) {
      if (typeof result === 'string') total.skipped.push(`${name}: ${result}`);
      else count(total, name, result);
    }
  },
  unit: () => add(total, vitest(['unit'])),
  cli: () => add(total, vitest(['cli'])),
  promote: () => add(total, vitest(['promote'])),
};
/** They share the images and the emulator, so they are one run. */
const containers = ['emulator', 'replica', 'instance'];

const docker = () => run(process.execPath, ['dist/cli.js', 'doctor', '--fix', '--yes']);

async function withContainers(projects, ready = docker) {
  if (!(await ready())) {
    count(total, `the ${projects.join(', ')} tests need Docker: see above`, false);
    return '';
  }
  const note = add(total, vitest(projects));
  if (projects.includes('long')) for (const alone of ['kernel', 'reboot']) add(total, vitest([alone]));
  return note;
}

const total = newTotal();
const names = [...Object.keys(quick), ...containers];
const chosen = process.argv.slice(2);
const alone = { '--changed': testChanged, long: () => timed(total, 'long', () => withContainers(['long'])) };
const test = alone[chosen.join(' ')] ?? (() => testStages(chosen.length > 0 ? chosen : names));
const unknown = chosen.filter((name) => !names.includes(name));
if (unknown.length > 0 && !alone[chosen.join(' ')])
  throw new Error(`no such stage: ${unknown.join(', ')}; there are ${names.join(', ')}, and alone: long, --changed`);

await timed(total, 'prepare', () => {
  if (!prepare()) count(total, 'dependencies and build', false);
});
if (total.failed.length === 0) await test();
print(total);
if (test === alone.long) record(total);
process.exitCode = total.failed.length > 0 ? 1 : 0;

async function testStages(stages) {
  const projects = containers.filter((name) => stages.includes(name));
  let ready = docker;
  if (projects.length > 0)
    await timed(total, 'doctor', () => {
      ready = makeImages();
    });
  for (const [name, stage] of Object.entries(quick)) if (stages.includes(name)) await timed(total, name, stage);
  if (projects.length > 0) await timed(total, projects.join('+'), () => withContainers(projects, ready));
}

/** The images take ten minutes on a bare machine, half of them waiting: they are made beside the stages without containers. */
function makeImages() {
  if (!docker()) return () => false;
  const ended = start(bin('tsx'), ['test/scenarios/images.ts']);
  return async () => {
    await ended();
    return true; // where it failed, the tests try again and say so
  };
}

/** check always; unit, cli and promote where they are touched; what needs containers is named. */
async function testChanged() {
  const found = changes();
  const touched = stagesOf(found.paths);
  const unit = () => {
    for (const options of unitRuns(found)) add(total, vitest(['unit'], ...options));
  };
  const stages = { ...quick, unit };
  for (const [name, stage] of Object.entries(stages))
    if (name === 'check' || touched.has(name)) await timed(total, name, stage);
  for (const name of containers.filter((each) => touched.has(each))) {
    const [first, ...others] = touched.get(name);
    total.hints.push(
      `touched, not run: npm test -- ${name} (${first}${others.length > 0 ? ` and ${others.length} more` : ''})`,
    );
  }
}
