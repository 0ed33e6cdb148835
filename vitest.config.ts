import { availableParallelism, totalmem } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './scripts/order.mjs';
import { Tally } from './scripts/tally.mjs';

/** vitest alone leaves one core free, which on two is half. Of projects that are run together, each has its turn. */
const quick = (groupOrder: number, maxWorkers = availableParallelism()) => ({ maxWorkers, sequence: { groupOrder } });
/**
 * Minutes, with containers; these projects share a turn. One file more at a time than there are cores, since each waits in between, and as
 * many as have memory: 8 GB each.
 */
const slow = {
  maxWorkers: Math.max(1, Math.min(availableParallelism() + 1, Math.floor(totalmem() / 7.5e9))),
  sequence: { groupOrder: 4 },
  testTimeout: 600_000,
  hookTimeout: 900_000,
};

// No project has an `exclude` of its own: with one vitest forgets the command's --exclude.

/** Real containers: whole replicas, and roles alone. */
const replica = {
  name: 'replica',
  include: [
    'test/docker/**/!(drbd|modes|directors|health|lesson|site).test.ts',
    'test/scenarios/!(full-disk|kill|reboot).test.ts',
  ],
  globalSetup: ['test/scenarios/images.ts'],
  ...slow,
};
/** It kills Docker's daemon under all that runs: after the long ones, and never beside others. */
const reboot = { ...replica, name: 'reboot', include: ['test/scenarios/reboot.test.ts'] };
/** AWS's side without AWS: instances as containers. As virtual machines they are among the long ones. */
const instance = {
  name: 'instance',
  include: ['test/instance/*.test.ts'],
  globalSetup: ['test/emulator/localstack/start.ts', 'test/instance/possible.ts'],
  ...slow,
};
/** Templates, promote and parity against LocalStack. */
const emulator = {
  name: 'emulator',
  include: ['test/emulator/**/*.test.ts'],
  globalSetup: ['test/emulator/localstack/start.ts'],
  ...slow,
};
/** Too long for every run: more of the same, and whole virtual machines. `npm run test:long` */
const long = {
  ...replica,
  name: 'long',
  include: [
    'test/scenarios/deploy.test.ts',
    'test/scenarios/kill.test.ts',
    'test/docker/database.test.ts',
    'test/docker/gluster.test.ts',
    'test/docker/sendmail.test.ts',
    'test/instance/boot.test.ts',
    'test/instance/promote.test.ts',
    'test/instance/qemu/power-on.test.ts',
    'test/scenarios/full-disk.test.ts',
  ],
  globalSetup: [...replica.globalSetup, ...instance.globalSetup],
  env: { BOOTDEV_KILLS: '30', BOOTDEV_LONG: 'yes' },
};
/** A kernel of its own takes a core, and these measure seconds: one at a time, after the long ones. */
const kernel = {
  ...replica,
  name: 'kernel',
  ...quick(5, 1),
  include: ['test/docker/drbd.test.ts', 'test/docker/lvs/*.test.ts'],
  env: { BOOTDEV_LONG: 'yes' },
};
/** promote and destroy: the built binary against a fake of AWS's API (test/fakes). No Docker, no account. */
const promote = {
  name: 'promote',
  ...quick(3, availableParallelism() + 1),
  include: ['test/cloud/promote/**/*.test.ts'],
  testTimeout: 90_000,
  hookTimeout: 60_000,
};
/** The built binary, in a pty and in a pipe. */
const cli = {
  name: 'cli',
  ...quick(2),
  include: ['test/cli/**/*.test.ts'],
  testTimeout: 30_000,
  hookTimeout: 60_000,
};
/** Pure, or with what they clean up: they share a process, since to load the modules again for each file takes half of the time. */
const unit = {
  name: 'unit',
  ...quick(1),
  isolate: false,
  testTimeout: 30_000,
  hookTimeout: 30_000,
  include: [
    'test/*.test.{ts,tsx}',
    'test/!(cli|cloud|docker|emulator|instance|scenarios)/**/*.test.{ts,tsx}',
    'test/cloud/*.test.ts',
    'test/cloud/!(promote)/**/*.test.ts',
  ],
};

/** What comes within a second comes within twenty on a busy machine. It ends as soon as it is right. */
const expect = { poll: { timeout: 20_000 } };

export default defineConfig({
  test: {
    projects: [unit, cli, promote, emulator, replica, reboot, instance, long, kernel].map((test) => ({
      test: { expect, ...test },
    })),
    sequence: { sequencer: LongestFirst },
    reporters: ['default', new Tally()],
  },
});
