/** A screen is lines, a line is spans: computed here as plain data, painted by Ink or written to a pipe. */
import { stripVTControlCharacters } from 'node:util';
import type { TerminalCapabilities } from './mode.ts';
import { columnsOf, truncate } from './width.ts';

export type Tone = 'good' | 'work' | 'bad' | 'dim' | 'accent' | 'strong';

export interface Span {
  text: string;
  tone?: Tone | undefined;
}

export type Line = readonly Span[];

export const span = (text: string, tone?: Tone): Span => (tone ? { text, tone } : { text });
export const blank: Line = [];

export const textOf = (line: Line) => line.map(({ text }) => text).join('');
export const widthOf = (line: Line) => columnsOf(textOf(line));

/** Text of others made safe for one line: no escape sequences, no control characters, at most `width` wide. */
export function clean(text: string, width = Number.POSITIVE_INFINITY): string {
  return truncate(
    stripVTControlCharacters(text)
      .replace(/\p{Cc}+/gu, ' ')
      .trim(),
    width,
  );
}

/** `left` and `right` at the two edges; when both do not fit, the right one goes. */
export function justify(left: Line, right: Line, width: number): Line {
  const gap = width - widthOf(left) - widthOf(right);
  return gap < 1 ? left : [...left, span(' '.repeat(gap)), ...right];
}

export const rule = (width: number): Line => [span(` ${'─'.repeat(Math.max(width - 1, 0))}`, 'dim')];

const asciiFor: Record<string, string> = {
  ...{
    '✓': '+',
    '✗': 'x',
    '●': '*',
    '·': '-',
    '❯': '>',
    '▸': '>',
    '◂': '<',
    '█': '#',
    '÷': '/',
    '…': '~',
    '≈': '~',
    '×': 'x',
    '≠': '!',
    '→': '>',
    '—': '-',
  },
  ...{
    '↑': '^',
    '↓': 'v',
    '─': '-',
    '│': '|',
    '┬': '+',
    '├': '+',
    '┼': '+',
    '└': '+',
    '┤': '+',
    '┴': '+',
    '┘': '+',
    '▏': '_',
  },
};

/** Our own glyphs in ASCII, one for one, so that columns stay. */
export const inAscii = (text: string) => text.replace(/[^\x20-\x7e]/g, (glyph) => asciiFor[glyph] ?? glyph);

const sgr: Record<Tone, string> = { good: '32', work: '33', bad: '31', dim: '2', accent: '36', strong: '1' };

/** What a terminal would obey instead of showing it, in a text that is about to be painted. */
export const harmless = (text: string) => text.replace(/[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/gu, ' ');

/** The line as a string for a stream that Ink does not own. */
export function written(line: Line, { colour, ascii }: TerminalCapabilities): string {
  return line
    .map(({ text, tone }) => {
      const shown = ascii ? inAscii(harmless(text)) : harmless(text);
      return colour && tone ? `\u001b[${sgr[tone]}m${shown}\u001b[0m` : shown;
    })
    .join('')
    .trimEnd();
}
