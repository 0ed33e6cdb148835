import { beforeEach } from 'vitest';

/** What the tests of a file or suite need: on a machine that lacks it they are skipped, and the run's end says why. */
export function needs(there: boolean, what: string): void {
  beforeEach((context) => context.skip(!there, `needs ${what}`));
}
