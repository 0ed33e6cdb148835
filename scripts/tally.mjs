// A vitest reporter that leaves the run's figures, and what failed and was skipped by name, in the file $BOOTDEV_TALLY, when there is one, for scripts/test.mjs to add up.
import { writeFileSync } from 'node:fs';

/** An error's first lines: enough to know it again at the end of a log whose middle is cut out. */
const reason = (error) => String(error?.message ?? error).slice(0, 500);

export class Tally {
  onTestRunEnd(modules, unhandledErrors) {
    if (!process.env.BOOTDEV_TALLY) return;
    const tally = { passed: 0, failed: unhandledErrors.map(reason), skipped: [] };
    for (const module of modules) {
      // A file or suite that breaks outside its tests has no failed test to its name.
      const suites = [module, ...module.children.allSuites()];
      for (const suite of suites)
        if (suite.errors().length > 0)
          tally.failed.push(`${suite.fullName ?? module.relativeModuleId}: ${reason(suite.errors()[0])}`);
      for (const test of module.children.allTests()) {
        const { state, note, errors } = test.result();
        if (state === 'passed') tally.passed++;
        else if (state === 'failed') tally.failed.push(`${test.fullName}: ${reason(errors[0])}`);
        else tally.skipped.push(`${test.fullName}: ${note ?? 'no reason given'}`);
      }
    }
    writeFileSync(process.env.BOOTDEV_TALLY, JSON.stringify(tally));
  }
}
