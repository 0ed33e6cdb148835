/** One load on the director: the commands that prepare it, what the kernel counts meanwhile, and what came of it. */
import type { Lesson, LessonCommand, LessonSide } from '../answers/lesson.ts';
import { UserError } from '../errors.ts';
import { addressCount, type Choice, type Scheduler } from './choice.ts';
import { type Client, startClient } from './client.ts';
import { add, addAddresses, enter, leave, look, nameOf, remove, sideOf, spare } from './commands.ts';
import { type Deps, dockerOf } from './deps.ts';
import { explained } from './explain.ts';
import type { Lab } from './machines.ts';
import { drawPackets } from './packets.ts';
import { readStats } from './stats.ts';

/** The director's state between two loads. */
export interface Bench {
  lab: Lab;
  mode?: Choice['mode'];
  /** Of the next service. */
  port: number;
  /** Addresses that were added, by the command. */
  added: Set<string>;
}

export const newBench = (lab: Lab): Bench => ({ lab, port: 8001, added: new Set() });

interface Options {
  signal: AbortSignal;
  /** Connections in a second, to watch them; without it as fast as they are answered. */
  rate?: number;
  /** Milliseconds between two looks at the kernel's counts. */
  every?: number;
}

/** Milliseconds without anything new after which nothing more will come. */
const patience = 45_000;

/**
 * Yields the lesson as it is now, again and again; the last one is complete. What is held stays open until the caller asks for more, or ends
 * the generator. Throws UserError.
 */
export async function* measure(
  deps: Deps,
  bench: Bench,
  choice: Choice,
  { signal, rate, every = 500 }: Options,
): AsyncGenerator<{ lesson: Lesson; complete: boolean }, void> {
  const { lab } = bench;
  const commands: LessonCommand[] = [];
  // Not to be stopped half-way: the next load goes on from there.
  const runAll = async (list: readonly LessonCommand[]) => {
    await run(deps, lab, list);
    commands.push(...list);
  };
  const services = choice.schedulers.map((scheduler) => newService(bench, choice, scheduler));
  let loads: Client[] = [];
  const now = (texts: string) => lessonOf(choice, { lab, services, texts, loads, commands });
  try {
    const { left, entered } = changeMode(bench, choice);
    // What a load that failed has not made need not be undone.
    for (const command of left) await run(deps, lab, [command]).catch(() => undefined);
    commands.push(...left);
    await runAll(entered);
    await runAll(addressesFor(bench, choice));
    for (const service of services) await runAll(add(service, lab));
    yield { lesson: now(''), complete: false };
    loads = services.map(({ port }) => startClient(deps, lab, choice, { port, rate, signal }));
    let last = { at: deps.io.clock.now(), state: '' };
    for (;;) {
      const texts = await exec(deps, lab, look, signal);
      const lesson = now(texts);
      const state = JSON.stringify([lesson.sides, loads.map(({ lines }) => lines.length)]);
      if (state !== last.state) {
        last = { at: deps.io.clock.now(), state };
        yield { lesson, complete: false };
      }
      const complete = lesson.sides.every((side) => countOf(side) >= choice.connections);
      const answered = loads.every(({ lines }) => lines.length >= choice.connections);
      // The kernel's counts come last; the way back of the packets in them may be one look later.
      if (answered && (complete || deps.io.clock.now() - last.at > 6000) && deps.io.clock.now() - last.at > 2200) break;
      const broken = loads.find((load) => load.ended !== undefined && load.lines.length < choice.connections);
      if (broken) throw new UserError(`The client of the lesson ended early: ${broken.ended}`);
      if (deps.io.clock.now() - last.at > patience) throw new UserError(`Nothing new for ${patience / 1000} s.`);
      await deps.io.clock.pause(every, signal);
    }
    commands.push(look);
    const final = now(await exec(deps, lab, look, signal));
    yield {
      lesson: { ...final, sides: final.sides.map((side, at) => verified(side, loads[at]?.lines ?? [])) },
      complete: true,
    };
  } finally {
    for (const load of loads) load.release();
    await Promise.all(loads.map(({ over }) => over));
    await run(
      deps,
      lab,
      services.flatMap((service) => remove(service, lab)),
    ).catch(() => undefined);
  }
}

function newService(bench: Bench, { mode, weights, load }: Choice, scheduler: Scheduler) {
  const port = bench.port;
  bench.port = port === 8099 ? 8001 : port + 1;
  return { scheduler, mode, weights, port, marked: load === 'destinations' };
}

function changeMode(bench: Bench, { mode }: Choice): { left: LessonCommand[]; entered: LessonCommand[] } {
  const { lab, mode: before } = bench;
  if (before === mode) return { left: [], entered: [] };
  bench.mode = mode;
  return { left: before ? leave(before, lab) : [], entered: enter(mode, lab) };
}

function addressesFor(bench: Bench, { mode, load }: Choice): LessonCommand[] {
  if (load !== 'sources' && load !== 'destinations') return [];
  const { lab } = bench;
  const side = sideOf(mode);
  const addresses = spare(lab.networks[side], load, addressCount);
  if (addresses.length === 0)
    throw new UserError(`Docker's network ${lab.networks[side]} is too small for ${addressCount} more addresses.`);
  const on = load === 'sources' ? 'client' : 'director';
  const servers = mode === 'dr' || mode === 'tun' ? lab.servers.map(({ name }) => name) : [];
  const all = [
    addAddresses(on, addresses, lab[on][side].interface),
    ...(load === 'destinations'
      ? servers.map((name) => addAddresses(name, addresses, mode === 'dr' ? 'lo' : 'tunl0'))
      : []),
  ];
  const missing = all.filter(({ on, command }) => !bench.added.has(`${on} ${command}`));
  for (const { on, command } of missing) bench.added.add(`${on} ${command}`);
  return missing;
}

/** One after the other on each machine; at the first that fails nothing more. Throws UserError. */
async function run(deps: Deps, lab: Lab, commands: readonly LessonCommand[], signal?: AbortSignal): Promise<void> {
  const machines = [...new Set(commands.map(({ on }) => on))];
  for (const on of machines) {
    const script = commands
      .filter((each) => each.on === on)
      .map(({ command }) => command)
      .join('\n');
    await exec(deps, lab, { on, command: `set -e\n${script}` }, signal);
  }
}

const exec = (deps: Deps, { container }: Lab, { on, command }: LessonCommand, signal?: AbortSignal) =>
  dockerOf(deps)(['exec', container(on), 'bash', '-c', command], signal ? { signal } : {});

const countOf = ({ servers }: LessonSide) => servers.reduce((sum, { connections }) => sum + connections, 0);

interface State {
  lab: Lab;
  services: readonly ReturnType<typeof newService>[];
  /** What ipvsadm said. */
  texts: string;
  loads: readonly Client[];
  commands: readonly LessonCommand[];
}

function lessonOf(
  { mode, load, connections, weights }: Choice,
  { lab, services, texts, loads, commands }: State,
): Lesson {
  const side = sideOf(mode);
  const first = loads[0]?.lines.find((line) => line !== 'failed')?.split(' ');
  const [server, source = '', destination = ''] = first ?? [];
  const shown = lab.servers.find(({ name }) => name === server) ?? lab.servers[0];
  const addresses = {
    cip: lab.client[side].address,
    vip: lab.director[side].address,
    dip: lab.director.back.address,
    rip: shown?.address ?? '',
  };
  return {
    ...{ mode, load, connections, weights: [...weights], measured: true, commands: [...commands] },
    sides: services.map((service) => {
      const { scheduler } = service;
      const name = nameOf(service, lab);
      const counts = readStats(texts, name);
      const none = { connections: 0, packetsIn: 0, packetsOut: 0 };
      const servers = weights.map((weight, at) => {
        const { name, address } = lab.servers[at] ?? { name: '', address: '' };
        return { name, address, weight, ...(counts.get(address) ?? none) };
      });
      return { ...explained(scheduler, load), service: name, servers, failed: 0 };
    }),
    packets: drawPackets(mode, { addresses, server: shown?.name ?? 'web-1' }),
    ...(server ? { seen: { server, source, destination } } : {}),
  };
}

/** The kernel's counts beside what the client was told. */
function verified(side: LessonSide, lines: readonly string[]): LessonSide {
  const differences = side.servers.map(({ name, connections }) =>
    Math.abs(connections - lines.filter((line) => line.startsWith(`${name} `)).length),
  );
  const failed = lines.filter((line) => line === 'failed').length;
  return { ...side, failed: Math.max(failed, ...differences) };
}
