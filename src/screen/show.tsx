/** Shows a verb's events in the way that fits the other end: a live view, plain lines, or one JSON object per line. */
import type { Event } from '../events.ts';
import { clean, span, written } from './line.ts';
import type { Mode, TerminalCapabilities } from './mode.ts';
import { chooseCapabilities, chooseMode, type Environment } from './mode.ts';
import { isStart, plainLines, type Written } from './plain.ts';
import { isNarrow, loadWideText } from './width.ts';
import { progressWords } from './words.ts';

export interface ShowOptions {
  json?: boolean;
  /** Aborted when the user wants to stop: the engine ends by itself, the screen only says so. */
  signal?: AbortSignal;
  stdin?: NodeJS.ReadStream;
  stdout?: NodeJS.WriteStream;
  stderr?: NodeJS.WriteStream;
  env?: Environment;
  /** Chosen from the streams and the environment when absent. */
  mode?: Mode;
  /** What Ctrl-C does in the live view, where it comes as a key. */
  stop?: () => void;
}

/** Returns the verb's result. What the verb throws is thrown again, after the screen was restored. */
export async function show<Result>(events: AsyncGenerator<Event, Result>, options: ShowOptions = {}): Promise<Result> {
  const { stdin = process.stdin, stdout = process.stdout, stderr = process.stderr, env = process.env } = options;
  const mode = options.mode ?? chooseMode({ stdin, stdout, env, json: options.json ?? false });
  if (mode === 'json') return showJson(events, stdout);
  const first = await events.next();
  const rest = startingWith(first, events);
  if (mode === 'plain' || !isForLive(first)) return showLines(rest, { stdout, stderr, env });
  // Ink takes a while to load, so only a live view loads it.
  const { showLive } = await import('./live/show-live.tsx');
  return showLive(rest, {
    ...{ stdin, stdout, capabilities: chooseCapabilities(stdout, env) },
    stop: options.stop ?? (() => process.kill(process.pid, 'SIGINT')),
    ...(options.signal ? { signal: options.signal } : {}),
  });
}

async function showJson<Result>(events: AsyncGenerator<Event, Result>, stdout: NodeJS.WritableStream): Promise<Result> {
  for (;;) {
    const next = await events.next();
    if (next.done) return next.value;
    stdout.write(`${JSON.stringify(next.value.type === 'status' ? next.value.status : next.value)}\n`);
  }
}

interface Streams {
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  env: Environment;
}

const patienceMs = 400;

async function showLines<Result>(
  events: AsyncGenerator<Event, Result>,
  { stdout, stderr, env }: Streams,
): Promise<Result> {
  const capabilities: Record<'out' | 'err', TerminalCapabilities> = {
    out: chooseCapabilities(stdout, env),
    err: chooseCapabilities(stderr, env),
  };
  const before: Written = { begun: false, tables: 0 };
  const write = (event: Event) => {
    const to = { ...before, ...(stdout.isTTY ? { columns: stdout.columns } : {}) };
    for (const { to: stream, line } of plainLines(event, to))
      (stream === 'out' ? stdout : stderr).write(`${written(line, capabilities[stream])}\n`);
    if (event.type === 'begin') before.begun = true;
    if (event.type === 'status') before.tables += 1;
  };
  let late: NodeJS.Timeout | undefined;
  const over = overwritten(stderr, capabilities.err);
  try {
    for (;;) {
      const next = await events.next();
      if (next.done) return next.value;
      const event = next.value;
      if (!isNarrow(JSON.stringify(event))) await loadWideText();
      if (event.type === 'progress') {
        if (over.write(event)) clearTimeout(late); // it says that the step has started
        continue;
      }
      over.clear();
      if (event.type !== 'log') clearTimeout(late);
      if (isStart(event)) late = setTimeout(write, patienceMs, event);
      else write(event);
    }
  } finally {
    clearTimeout(late);
    over.clear();
  }
}

/** One line of a terminal that is written over. A pipe has nothing of it: a log would be full of it. */
function overwritten(stream: NodeJS.WriteStream, capabilities: TerminalCapabilities) {
  let shown = false;
  const clear = () => {
    if (shown) stream.write('\r\u001b[K');
    shown = false;
  };
  return {
    clear,
    write(event: Event & { type: 'progress' }) {
      if (!stream.isTTY) return false;
      clear();
      const line = clean(`${event.text}  ${progressWords(event)}`, Math.max((stream.columns ?? 80) - 3, 20));
      stream.write(written([span('● ', 'work'), span(line)], capabilities));
      shown = true;
      return true;
    },
  };
}

/** Machines or stacks at work, or a table that is redrawn. All else is plain lines, between which a question can be asked. */
function isForLive(first: IteratorResult<Event, unknown>): boolean {
  if (first.done) return false;
  const { value } = first;
  return value.type === 'status' || (value.type === 'begin' && (value.machines ?? value.stacks ?? []).length > 0);
}

async function* startingWith<Result>(
  first: IteratorResult<Event, Result>,
  events: AsyncGenerator<Event, Result>,
): AsyncGenerator<Event, Result> {
  if (first.done) return first.value;
  yield first.value;
  return yield* events;
}
