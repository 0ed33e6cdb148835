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
  return z.string({ error }).regex(pattern, { error, abort: true }); // one sentence, also where more is refined
}

const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
/** A last part that is a number makes an address of a name (127.0.0.1, 10, 0x7f): so browsers and resolvers read it. */
const host = `(?!(?:[^.]*\\.)*(?:\\d+|0x[0-9a-f]*)$)${label}(?:\\.${label})*`;

/** Empty, or the name of a host. At most 64 characters: AWS makes no certificate for a longer one. */
export function hostName() {
  const expected = 'a host name of a-z, 0-9, "-" and ".", such as shop.example.org, no address, at most 64 characters';
  return text(new RegExp(`^$|^(?=.{1,64}$)${host}$`), expected);
}

/** Empty, or what SMTP takes as the address of a mailbox. */
export function mailAddress() {
  const word = '[a-z0-9_+-]+';
  const pattern = new RegExp(`^$|^(?=.{1,254}$)(?=[^@]{1,64}@)${word}(?:\\.${word})*@${host}$`, 'i');
  return text(pattern, 'a mail address such as shop@example.org');
}

const privateRanges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'];

/** A network in CIDR notation as a VPC takes it, of size /16 to /20. */
export function privateNetwork() {
  const expected = `a private network of size /16 to /20 such as 10.40.0.0/16, in ${privateRanges.join(', ')}`;
  return text(/^(?:\d{1,3}\.){3}\d{1,3}\/(?:1[6-9]|20)$/, expected)
    .refine((network) => isPrivate(network), { error: `expected ${expected}`, abort: true })
    .refine((network) => network === firstOf(network), {
      error: ({ input }) => `expected the first address of a network: ${firstOf(String(input))}`,
    });
}

function isPrivate(network: string): boolean {
  const [address = ''] = network.split('/');
  const inside = (range: string) => firstOf(`${address}/${range.split('/')[1]}`) === range;
  return address.split('.').every((byte) => Number(byte) <= 255) && privateRanges.some(inside);
}

/** The network that an address with a size is in. */
function firstOf(network: string): string {
  const [address = '', size = ''] = network.split('/');
  const free = 2 ** (32 - Number(size));
  const number = address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);
  const first = number - (number % free);
  return `${[24, 16, 8, 0].map((bits) => Math.floor(first / 2 ** bits) % 256).join('.')}/${size}`;
}

/** Seconds; as input also '30s', '5m', '2h', '1d'. */
export function duration(min: number, max: number, { zero = false } = {}) {
  const range = `from ${inWords(min)} to ${inWords(max)}, such as 30 (seconds), 30s, 5m, 2h or 1d`;
  const error = `expected a time ${range}${zero ? ', or 0' : ''}`;
  return z
    .union([z.int({ error }).nonnegative({ error }), z.string({ error }).regex(/^\d+ ?[smhd]?$/, { error })], { error })
    .transform((value) => (typeof value === 'number' ? value : withUnit(value, secondsIn)))
    .refine((seconds) => (seconds >= min && seconds <= max) || (zero && seconds === 0), { error });
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
    .transform((words) => [...new Set(words)])
    .refine((words) => words.join().length <= longestList, {
      error: `expected at most ${longestList} characters in all: they become one line of nginx`,
    });
}

/** Weights of web machines, in their order: a YAML list, or text with commas. */
export function weights() {
  const error = 'expected at most six whole numbers from 0 to 1000, such as [3, 1]';
  const all = z.array(z.int({ error }).min(0, { error }).max(1000, { error }), { error }).max(6, { error });
  const ofText = (text: string) => text.split(',').map((part) => Number(part));
  return z
    .union(
      [
        all,
        z
          .number({ error })
          .transform((one) => [one])
          .pipe(all),
        z.string({ error }).transform(ofText).pipe(all),
      ],
      {
        error,
      },
    )
    .default([]);
}

/** Lines for a shell, in their order. */
export function commands() {
  const error = 'expected a list of commands, a line each';
  const line = z.string({ error }).regex(/^[^\0\r\n]{1,1000}$/, { error });
  return z.union([z.array(line, { error }).max(20, { error }), line.transform((one) => [one])], { error }).default([]);
}

/** Empty, or where a repository is: by HTTPS or SSH, and without a password, which would be in bootdev.yaml. */
export function gitAddress() {
  const expected = 'https://host/owner/name.git, ssh://git@host/owner/name.git or git@host:owner/name.git';
  const name = '[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?';
  const path = String.raw`(?!-)[\w.~/+-]{1,300}`;
  const pattern = new RegExp(
    `^$|^https://${name}(?::\\d{1,5})?/${path}$|^ssh://(?:[\\w-]+@)?${name}(?::\\d{1,5})?/${path}$|^[\\w-]+@${name}:${path}$`,
  );
  return text(pattern, expected);
}

/** nginx takes 4096 in a line, of which what is special there needs two. */
const longestList = 1500;

/** One of some words. */
export function choice<const Word extends string>(words: readonly Word[]) {
  return z.enum(words, { error: `expected one of ${words.join(', ')}` });
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
