/** A command of the docker client whose lines come one by one: the pre-warmer's. Who takes no more leaves it running, as the engine does. */
import type { Stream } from '../../../src/io/command.ts';
import type { FakeEngine } from '../engine.ts';

export interface Warmer {
  lines: string[];
  exitCode: number;
  stderr: string;
  /** /srv/files/private/.warm-report; empty: there is none. */
  kept: string;
}

export function fakeStream(engine: FakeEngine): Stream {
  return async function* (command, [, id, , program = '', ...words] = []) {
    if (!program.endsWith('/warm')) throw new Error(`the fake engine runs no ${command}`);
    const container = engine.containers.find((each) => each.id === id);
    engine.did.push(`warm in ${container?.service.name}: ${words.join(' ')}`);
    const { lines, exitCode, stderr } = engine.warmer;
    for (const line of lines) yield Buffer.from(`${line}\n`);
    return { stdout: '', stderr, exitCode };
  };
}
