import { Interrupted, UserError } from '../../errors.ts';
import type { Event, MachineState } from '../../events.ts';
import type { Container } from '../../io/docker.ts';
import type { Context } from '../../project/context.ts';
import { findMachines } from '../find.ts';
import { askHealth } from '../report.ts';

const pollMs = 250;
/** Between two questions to one machine: each costs it a process. */
const questionMs = 1_000;
const patienceMs = 180_000;

/**
 * Asks the machines until each is healthy. A container that ends or is restarted meanwhile ends this at once, with its log.
 * `started`: when the verb began, by the clock, for the rows' seconds. `healthy`: ids of containers that need not be asked.
 */
export async function* untilHealthy(
  context: Context,
  names: readonly string[],
  { started, healthy }: { started: number; healthy: ReadonlySet<string> },
): AsyncGenerator<Event, void> {
  const { clock, docker } = context.io;
  const shown = new Map<string, MachineState>();
  const restartsBefore = new Map<string, number>();
  const confirmed = new Set(healthy);
  const askAt = new Map<string, number>();
  // Nobody waits for a machine that takes long to answer.
  const ask = async (container: Container) => {
    if (container.state !== 'running' || confirmed.has(container.id)) return;
    if (clock.now() < (askAt.get(container.id) ?? 0)) return;
    askAt.set(container.id, Number.POSITIVE_INFINITY);
    if ((await askHealth(docker, container)).healthy) confirmed.add(container.id);
    askAt.set(container.id, clock.now() + questionMs);
  };
  let logAt = 0;
  for (const end = clock.now() + patienceMs; ; ) {
    if (context.signal.aborted)
      throw new Interrupted('bootdev up goes on where this stopped; bootdev down stops the machines');
    const containers = await findMachines(context);
    for (const container of containers.values()) void ask(container);
    const waiting: [string, Container | undefined][] = [];
    for (const name of names) {
      const container = containers.get(name);
      const state = stateOf(container, confirmed);
      if (state !== 'healthy') waiting.push([name, container]);
      if (shown.get(name) === state) continue;
      shown.set(name, state);
      yield {
        type: 'machine',
        name,
        state,
        ...(state === 'healthy' ? { seconds: (clock.now() - started) / 1000 } : {}),
      };
    }
    for (const [name, container] of waiting) if (container) await refuseDead(context, name, container, restartsBefore);
    if (waiting.length === 0) return;
    if (clock.now() > end) throw await late(context, waiting);
    if (clock.now() > logAt) {
      logAt = clock.now() + 1000;
      const [name, container] = waiting[0] as [string, Container | undefined];
      const line = container ? (await docker.logTail(container.id, 1)).at(-1) : undefined;
      if (line) yield { type: 'log', source: name, line };
    }
    await clock.pause(pollMs, context.signal);
  }
}

function stateOf(container: Container | undefined, confirmed: ReadonlySet<string>): MachineState {
  if (!container || container.state === 'created') return 'waiting';
  if (container.state !== 'running') return 'stopped';
  if (confirmed.has(container.id)) return 'healthy';
  return container.health === 'unhealthy' ? 'unhealthy' : 'starting';
}

async function refuseDead(
  context: Context,
  name: string,
  container: Container,
  before: Map<string, number>,
): Promise<void> {
  if (container.state === 'created') return;
  const { count, exitCode } = await context.io.docker.restarts(container.id);
  const first = before.get(container.id) ?? count;
  before.set(container.id, first);
  // The first time it may have been restarted already: count is 0 for a container that never ended.
  if (container.state === 'running' && count === first) return;
  throw new UserError(`${name} ended (exit ${exitCode}). Its log:\n${await tail(context, container)}`, {
    hint: `bootdev logs ${name}`,
  });
}

async function late(context: Context, waiting: [string, Container | undefined][]): Promise<UserError> {
  const [name, container] = waiting[0] as [string, Container | undefined];
  const log = container ? await tail(context, container) : '    (it was not created)';
  return new UserError(
    `Not healthy after ${patienceMs / 1000} s: ${waiting.map(([each]) => each).join(', ')}. The log of ${name}:\n${log}`,
    {
      hint: `bootdev logs ${name}`,
    },
  );
}

const tail = async (context: Context, container: Container) =>
  (await context.io.docker.logTail(container.id, 15)).map((line) => `    ${line}`).join('\n');
