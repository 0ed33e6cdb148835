import { defineConfig } from 'vitest/config';
import { Tally } from './scripts/tally.mjs';

/** Minutes, and one file after the other (`--no-file-parallelism`, which only a whole run can have). */
const long = { testTimeout: 300_000, hookTimeout: 900_000 };

/** Real containers: whole replicas, and roles alone. */
const replica = {
  name: 'replica',
  include: ['test/{scenarios,docker}/**/*.test.ts'],
  globalSetup: ['test/scenarios/images.ts'],
  ...long,
};
/** AWS's side without AWS: instances as containers. */
const instance = {
  name: 'instance',
  include: ['test/instance/**/*.test.ts'],
  globalSetup: ['test/emulator/localstack/start.ts', 'test/instance/possible.ts'],
  ...long,
};
/** Templates, promote and parity against LocalStack. */
const emulator = {
  name: 'emulator',
  include: ['test/emulator/**/*.test.ts'],
  globalSetup: ['test/emulator/localstack/start.ts'],
  ...long,
};
/** promote and destroy: the built binary against a fake of AWS's API (test/fakes). No Docker, no account. */
const promote = {
  name: 'promote',
  include: ['test/cloud/promote/**/*.test.ts'],
  testTimeout: 90_000,
  hookTimeout: 60_000,
};
/** The built binary, in a pty and in a pipe. */
const cli = { name: 'cli', include: ['test/cli/**/*.test.ts'], testTimeout: 30_000, hookTimeout: 60_000 };
const unit = {
  name: 'unit',
  include: ['test/**/*.test.{ts,tsx}'],
  exclude: ['test/{cli,cloud/promote,emulator,scenarios,docker,instance}/**'],
};

export default defineConfig({
  test: {
    projects: [unit, cli, promote, emulator, replica, instance].map((test) => ({ test })),
    reporters: ['default', new Tally()],
  },
});
