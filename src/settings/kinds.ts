/** The kinds of values that a setting can have. Each says in one phrase what it accepts; the phrase is part of the user's error. */
import { z } from 'zod';

const secondsIn = { s: 1, m: 60, h: 3600, d: 86_400 } as const;
const megabytesIn = { m: 1, g: 1024 } as const;

export function flag() {
  return z.boolean({ error: 'expected true or false' });
}

export function integer(min: number, max: number) {
  const error = `expected a whole number from ${min} to ${max}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
}

export function text(pattern: RegExp, expected: string) {
  const error = `expected ${expected}`;
  return z.string({ error }).regex(pattern, { error });
}

/** Seconds; as input also '30s', '5m', '2h', '1d'. */
export function duration(min: number, max: number) {
  const error = `expected a time from ${inWords(min)} to ${inWords(max)}, such as 30 (seconds), 30s, 5m, 2h or 1d`;
  return z
    .union([z.int({ error }).nonnegative({ error }), z.string({ error }).regex(/^\d+ ?[smhd]?$/, { error })], { error })
    .transform((value) => (typeof value === 'number' ? value : withUnit(value, secondsIn)))
    .refine((seconds) => seconds >= min && seconds <= max, { error });
}

/** Megabytes (MiB, as PHP and Docker count them); as input also '256MB', '1GB', '256M', '1G'. */
export function megabytes(min: number, max: number) {
  const error = `expected memory from ${min} to ${max} MB, such as 256, 256MB or 1GB`;
  return z
    .union([z.int({ error }).nonnegative({ error }), z.string({ error }).regex(/^\d+ ?(?:[MmGg][Bb]?)?$/, { error })], {
      error,
    })
    .transform((value) => (typeof value === 'number' ? value : withUnit(value, megabytesIn)))
    .refine((size) => size >= min && size <= max, { error });
}

/** Several words, as a YAML list or as text with commas (`--set cache.sessionCookies=shopsid,cart_*`); each once. */
export function list(pattern: RegExp, expected: string) {
  const error = `expected ${expected}`;
  const word = z.string({ error }).regex(pattern, { error });
  return z
    .union(
      [
        z.array(word, { error }),
        z
          .string({ error })
          .transform((text) =>
            text
              .split(',')
              .map((part) => part.trim())
              .filter(Boolean),
          )
          .pipe(z.array(word, { error })),
      ],
      { error },
    )
    .transform((words) => [...new Set(words)]);
}

/** One of some words. `later`: words for what is planned but not available yet; their error says so. */
export function choice<const Word extends string>(words: readonly Word[], later: readonly string[] = []) {
  return z.enum(words, {
    error: ({ input }) =>
      later.includes(input as string)
        ? `${input} is not available in this version yet; use ${words.join(' or ')}`
        : `expected one of ${words.join(', ')}`,
  });
}

/** One of some words, or empty where it follows from something else. */
export function emptyOr<const Word extends string>(words: readonly Word[]) {
  return z.enum(['', ...words], { error: `expected one of ${words.join(', ')}` });
}

/** A setting for something not available yet: it has one value, which means "not used". */
export function notYet<const Value extends string | false>(value: Value) {
  return z.literal(value, { error: `not available in this version yet; remove it or write ${JSON.stringify(value)}` });
}

/** A section for something not available yet: it may exist, but only empty. */
export function emptyYet() {
  return z.strictObject({}, { error: 'not available in this version yet; remove it' });
}

function withUnit(value: string, factors: Record<string, number>): number {
  const unit = /[a-z]/i.exec(value)?.[0].toLowerCase();
  return Number.parseInt(value, 10) * (unit ? (factors[unit] ?? 1) : 1);
}

function inWords(seconds: number): string {
  const unit = (['d', 'h', 'm'] as const).find((name) => seconds > 0 && seconds % secondsIn[name] === 0) ?? 's';
  return `${seconds / secondsIn[unit]}${unit}`;
}
