// A vitest reporter that leaves the run's figures in the file $BOOTDEV_TALLY, when there is one, for scripts/test.mjs to add up.
import { writeFileSync } from 'node:fs';

export class Tally {
  onTestRunEnd(modules, unhandledErrors) {
    if (!process.env.BOOTDEV_TALLY) return;
    const tally = { passed: 0, failed: unhandledErrors.length, skipped: [] };
    for (const module of modules) {
      // A file or suite that breaks outside its tests has no failed test to its name.
      const suites = [module, ...module.children.allSuites()];
      tally.failed += suites.filter((suite) => suite.errors().length > 0).length;
      for (const test of module.children.allTests()) {
        const { state, note } = test.result();
        if (state === 'passed') tally.passed++;
        else if (state === 'failed') tally.failed++;
        else tally.skipped.push(`${test.fullName}: ${note ?? 'no reason given'}`);
      }
    }
    writeFileSync(process.env.BOOTDEV_TALLY, JSON.stringify(tally));
  }
}
