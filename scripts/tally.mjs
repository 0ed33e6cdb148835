// A vitest reporter that leaves the run's figures by project, and what failed and was skipped by name, in the file $BOOTDEV_TALLY, when there is one, for scripts/test.mjs to add up.
import { writeFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

/** An error's first lines and what differed: enough to understand it at the end of a log whose middle is cut out. */
function reason(error) {
  const differs = stripVTControlCharacters(error?.diff ?? '')
    .split('\n')
    .filter((line) => /^[-+] (?!Expected|Received)/.test(line));
  return [String(error?.message ?? error).slice(0, 500), ...differs.slice(0, 8).map((line) => line.slice(0, 200))].join(
    '\n',
  );
}

export class Tally {
  onTestRunEnd(modules, unhandledErrors) {
    if (!process.env.BOOTDEV_TALLY) return;
    const projects = {};
    for (const module of modules) {
      const name = module.project.name;
      projects[name] ??= { passed: 0, failed: [], skipped: [], files: [], figures: [] };
      add(projects[name], module);
    }
    writeFileSync(process.env.BOOTDEV_TALLY, JSON.stringify({ projects, failed: unhandledErrors.map(reason) }));
  }
}

function add(tally, module) {
  const { collectDuration, setupDuration, duration } = module.diagnostic();
  tally.files.push({
    path: module.relativeModuleId,
    seconds: Math.round((collectDuration + setupDuration + duration) / 100) / 10,
  });
  // A file or suite that breaks outside its tests has no failed test to its name.
  for (const suite of [module, ...module.children.allSuites()])
    if (suite.errors().length > 0)
      tally.failed.push(`${suite.fullName ?? module.relativeModuleId}: ${reason(suite.errors()[0])}`);
  for (const test of module.children.allTests()) {
    const { state, note, errors } = test.result();
    const { figure } = test.meta();
    if (figure) tally.figures.push(figure);
    if (state === 'passed') tally.passed++;
    else if (state === 'failed') tally.failed.push(`${test.fullName}: ${reason(errors[0])}`);
    else tally.skipped.push(`${test.fullName}: ${note ?? 'no reason given'}`);
  }
}
