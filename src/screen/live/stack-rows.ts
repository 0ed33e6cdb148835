/** Stacks on AWS with their resources, as rows. Pure. */
import { formatDuration } from '../../duration.ts';
import type { Event, StackState } from '../../events.ts';
import { clean, type Line, span, type Tone } from '../line.ts';

type StackEvent = Extract<Event, { type: 'stack' }>;
type ResourceEvent = Extract<Event, { type: 'resource' }>;

export interface ResourceRow {
  resource: string;
  kind: string;
  state: ResourceEvent['state'];
  text?: string | undefined;
  seconds?: number | undefined;
  /** When its first event came, in seconds since the first event of all. */
  since: number;
}

export interface StackRow {
  name: string;
  state: StackState;
  text?: string | undefined;
  /** What the engine measured. */
  seconds?: number | undefined;
  since?: number | undefined;
  resources: readonly ResourceRow[];
}

export function foldStack(rows: readonly StackRow[], event: StackEvent, at: number): StackRow[] {
  const { name, state, text, seconds } = event;
  const before = rows.find((row) => row.name === name);
  const since = before?.since ?? (state === 'waiting' ? undefined : at);
  const row: StackRow = { name, state, text, seconds, since, resources: before?.resources ?? [] };
  return before ? rows.map((each) => (each === before ? row : each)) : [...rows, row];
}

export function foldResource(rows: readonly StackRow[], event: ResourceEvent, at: number): StackRow[] {
  const { resource, kind, state, text, seconds } = event;
  return rows.map((row) => {
    if (row.name !== event.stack) return row;
    const before = row.resources.find((each) => each.resource === resource);
    const now: ResourceRow = { resource, kind, state, text, seconds, since: before?.since ?? at };
    const resources = before ? row.resources.map((each) => (each === before ? now : each)) : [...row.resources, now];
    return { ...row, resources };
  });
}

interface Icon {
  glyph: string;
  tone: Tone;
  words: string;
}

export const stackIcons: Readonly<Record<StackState, Icon>> = {
  waiting: { glyph: '·', tone: 'dim', words: 'waiting' },
  planning: { glyph: '●', tone: 'work', words: 'comparing' },
  working: { glyph: '●', tone: 'work', words: 'working' },
  undoing: { glyph: '●', tone: 'bad', words: 'rolling back' },
  same: { glyph: '✓', tone: 'good', words: 'no change' },
  done: { glyph: '✓', tone: 'good', words: 'done' },
  gone: { glyph: '✓', tone: 'good', words: 'deleted' },
  failed: { glyph: '✗', tone: 'bad', words: 'failed' },
};

export const resourceIcons: Readonly<Record<ResourceEvent['state'], Icon>> = {
  working: { glyph: '●', tone: 'work', words: 'working' },
  undoing: { glyph: '●', tone: 'work', words: 'deleting' },
  done: { glyph: '✓', tone: 'good', words: 'done' },
  gone: { glyph: '✓', tone: 'good', words: 'deleted' },
  kept: { glyph: '✓', tone: 'good', words: 'kept' },
  failed: { glyph: '✗', tone: 'bad', words: 'failed' },
};

const time = (seconds?: number): Line => (seconds === undefined ? [] : [span(`  ${formatDuration(seconds)}`, 'dim')]);

/** For a pipe: one line per change. */
export function stackWords({ name, state, text, seconds }: StackEvent): Line {
  const { glyph, tone, words } = stackIcons[state];
  return [span(glyph, tone), span(` ${name} ${text ? clean(text) : words}`), ...time(seconds)];
}

export function resourceWords({ stack, resource, kind, state, text, seconds }: ResourceEvent): Line {
  const { glyph, tone, words } = resourceIcons[state];
  const said = text ? `: ${clean(text)}` : '';
  return [span(glyph, tone), span(` ${stack} · ${kind} ${resource} ${words}${said}`), ...time(seconds)];
}
