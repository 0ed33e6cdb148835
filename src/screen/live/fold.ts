/** Events → the state of the screen. Pure. */
import type { Event, Failure, MachineState, Parity, Plan, Status, Url } from '../../events.ts';
import { clean } from '../line.ts';
import { foldResource, foldStack, type StackRow } from './stack-rows.ts';

export interface MachineRow {
  name: string;
  state: MachineState;
  text?: string | undefined;
  /** What the engine measured. */
  seconds?: number | undefined;
  /** When it left "waiting", in seconds since the first event. */
  since?: number | undefined;
}

export interface StepRow {
  id: string;
  text: string;
  state: 'start' | 'done' | 'failed';
  seconds?: number | undefined;
  since: number;
}

export interface Notice {
  level: 'info' | 'warning';
  text: string;
  hint?: string | undefined;
}

export type End =
  | { how: 'ready'; urls: readonly Url[]; next: readonly string[]; seconds: number }
  | { how: 'done'; text: string; seconds?: number | undefined }
  | { how: 'failed' };

export interface Screen {
  verb: string;
  project: string;
  root?: string | undefined;
  lastSeconds?: number | undefined;
  machines: readonly MachineRow[];
  /** On AWS. There are machines or stacks, never both. */
  stacks: readonly StackRow[];
  plan?: Plan | undefined;
  failure?: Failure | undefined;
  parity?: Parity | undefined;
  steps: readonly StepRow[];
  /** The last lines of each log, oldest first. */
  logs: ReadonlyMap<string, readonly string[]>;
  /** Source of the last log line. */
  speaker?: string | undefined;
  notices: readonly Notice[];
  status?: Status | undefined;
  end?: End | undefined;
}

export const emptyScreen: Screen = {
  ...{ verb: '', project: '', machines: [], stacks: [], steps: [], logs: new Map(), notices: [] },
};

const keptLogLines = 20;

/** `at`: seconds since the first event. */
export function fold(screen: Screen, event: Event, at: number): Screen {
  switch (event.type) {
    case 'begin': {
      const machines = (event.machines ?? []).map((name): MachineRow => ({ name, state: 'waiting' }));
      const stacks = (event.stacks ?? []).map((name): StackRow => ({ name, state: 'waiting', resources: [] }));
      const { verb, project, root, lastSeconds } = event;
      return { ...screen, verb, project, root, lastSeconds, machines, stacks };
    }
    case 'machines': {
      const row = (name: string): MachineRow =>
        screen.machines.find((machine) => machine.name === name) ?? { name, state: 'waiting' };
      return { ...screen, root: event.root, machines: event.machines.map(row) };
    }
    case 'step': {
      const { id, text, state, seconds } = event;
      const since = screen.steps.find((step) => step.id === id)?.since ?? at;
      const measured = seconds ?? (state === 'start' ? undefined : at - since);
      return { ...screen, steps: put(screen.steps, 'id', { id, text, state, since, seconds: measured }) };
    }
    case 'machine': {
      const { name, state, text, seconds } = event;
      const since =
        screen.machines.find((machine) => machine.name === name)?.since ?? (state === 'waiting' ? undefined : at);
      return { ...screen, machines: put(screen.machines, 'name', { name, state, text, seconds, since }) };
    }
    case 'log': {
      const line = clean(event.line);
      if (!line) return screen; // an empty line would only take room
      const lines = [...(screen.logs.get(event.source) ?? []), line].slice(-keptLogLines);
      return { ...screen, logs: new Map(screen.logs).set(event.source, lines), speaker: event.source };
    }
    case 'notice':
      return { ...screen, notices: [...screen.notices, event] };
    case 'status':
      return { ...screen, status: event.status };
    case 'disk':
    case 'xdebug':
    case 'purge':
    case 'why':
    case 'warm':
    case 'mail-test':
    case 'mail-queue':
    case 'releases':
    case 'jobs':
    case 'job-runs':
    case 'snapshots':
    case 'size':
    case 'features':
    case 'lesson':
    case 'finding':
    case 'progress':
    case 'cluster-check':
    case 'page-check':
    case 'deletion-plan':
      return screen; // never live
    case 'parity':
      return { ...screen, parity: event.parity };
    case 'plan':
      return { ...screen, plan: event.plan };
    case 'stack':
      return { ...screen, stacks: foldStack(screen.stacks, event, at) };
    case 'resource':
      return { ...screen, stacks: foldResource(screen.stacks, event, at) };
    case 'failure':
      return { ...screen, failure: event.failure };
    case 'ready':
      return { ...screen, end: { how: 'ready', urls: event.urls, next: event.next, seconds: event.seconds } };
    case 'done':
      return { ...screen, end: { how: 'done', text: event.text, seconds: event.seconds } };
  }
}

/** The row in place of the one with the same key, or at the end. */
function put<Key extends string, Row extends Record<Key, string>>(rows: readonly Row[], key: Key, row: Row): Row[] {
  const index = rows.findIndex((each) => each[key] === row[key]);
  return index < 0 ? [...rows, row] : rows.with(index, row);
}

const working: readonly MachineState[] = ['starting', 'applying', 'unhealthy'];

/** Whose log is worth showing: the unfinished one that logged last, else the one that has been working longest. */
export function slowest({ steps, machines, speaker }: Screen): string | undefined {
  const unfinished = [
    ...steps.filter(({ state }) => state === 'start').map(({ id, since }) => ({ id, since })),
    ...machines.filter(({ state }) => working.includes(state)).map(({ name, since = 0 }) => ({ id: name, since })),
  ];
  const speaking = unfinished.find(({ id }) => id === speaker);
  return (speaking ?? unfinished.sort((a, b) => a.since - b.since)[0])?.id;
}
