import { defineConfig } from 'vitest/config';
import { Tally } from './scripts/tally.mjs';

/** Real containers: minutes, and one after the other (`--no-file-parallelism`, which only a whole run can have). */
const replica = {
  name: 'replica',
  include: ['test/replica/**/*.test.ts'],
  globalSetup: ['test/replica/images.ts'],
  testTimeout: 300_000,
  hookTimeout: 900_000,
};
/** AWS's side without AWS: emulators, and instances as containers. */
const cloud = {
  name: 'cloud',
  include: ['test/cloud/**/*.test.ts'],
  globalSetup: ['test/emulator/localstack/start.ts', 'test/cloud/possible.ts'],
  testTimeout: 300_000,
  hookTimeout: 900_000,
};
/** Templates, promote and parity against LocalStack. */
const emulator = {
  name: 'emulator',
  include: ['test/emulator/**/*.test.ts'],
  globalSetup: ['test/emulator/localstack/start.ts'],
  testTimeout: 300_000,
  hookTimeout: 900_000,
};
/** promote and destroy: the built binary against a fake of AWS's API (test/fakes). No Docker, no account. */
const promote = { name: 'promote', include: ['test/promote/**/*.test.ts'], testTimeout: 90_000, hookTimeout: 60_000 };
/** The built binary, in a pty and in a pipe. */
const cli = { name: 'cli', include: ['test/cli/**/*.test.ts'], testTimeout: 30_000, hookTimeout: 60_000 };
const unit = {
  name: 'unit',
  include: ['test/**/*.test.{ts,tsx}'],
  exclude: ['test/{cli,promote,emulator,replica,cloud}/**'],
};

export default defineConfig({
  test: {
    projects: [unit, cli, promote, emulator, replica, cloud].map((test) => ({ test })),
    reporters: ['default', new Tally()],
  },
});
