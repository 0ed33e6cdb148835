/** Pieces of work as events: that one begins, how long it took, that it failed. */
import { setTimeout } from 'node:timers/promises';
import type { Event } from './events.ts';

interface Step<Result> {
  /** Same id: the same row of a screen, and the source of its log lines. */
  id: string;
  text: string;
  /** The row's text at the end, where the result has something to say. */
  done?: (result: Result) => string;
  /** Whether the result is a failure, where one is no reason to stop. */
  failed?: (result: Result) => boolean;
}

/** One piece of work as one step; returns its result. What it throws is thrown on, after the step is said to have failed. */
export async function* step<Result>(
  { id, text, done, failed }: Step<Result>,
  work: () => Promise<Result> | AsyncGenerator<Event, Result>,
): AsyncGenerator<Event, Result> {
  const started = performance.now();
  yield { type: 'step', id, text, state: 'start' };
  try {
    const doing = work();
    const result = Symbol.asyncIterator in doing ? yield* doing : await doing;
    const seconds = (performance.now() - started) / 1000;
    yield { type: 'step', id, text: done?.(result) ?? text, state: failed?.(result) ? 'failed' : 'done', seconds };
    return result;
  } catch (error) {
    yield { type: 'step', id, text, state: 'failed' };
    throw error;
  }
}

interface Metered<Result> extends Step<Result> {
  /** Bytes there are; a stream does not know. */
  total?: number | undefined;
}

const glance = 250;

/** One step that says how far it is: `work` counts the bytes that it has moved. */
export async function* metered<Result>(
  { total, ...described }: Metered<Result>,
  work: (count: (bytes: number) => void) => Promise<Result>,
): AsyncGenerator<Event, Result> {
  const { id, text } = described;
  const started = performance.now();
  return yield* step(described, async function* () {
    let bytes = 0;
    let ended = false;
    const working = work((more) => {
      bytes += more;
    }).finally(() => {
      ended = true;
    });
    working.catch(() => undefined); // thrown below
    for (;;) {
      await Promise.race([working.catch(() => undefined), setTimeout(glance, undefined, { ref: false })]);
      if (ended) return working;
      const seconds = (performance.now() - started) / 1000;
      yield { type: 'progress', id, text, bytes, ...(total === undefined ? {} : { total }), seconds };
    }
  });
}

/** A program's lines as the log of a step or machine; returns what the program ended with. `last` gets its last 15 lines. */
export async function* logged<Result>(
  source: string,
  lines: AsyncGenerator<string, Result>,
  last: string[] = [],
): AsyncGenerator<Event, Result> {
  for (;;) {
    const next = await lines.next();
    if (next.done) return next.value;
    if (last.push(next.value) > 15) last.shift();
    yield { type: 'log', source, line: next.value };
  }
}
