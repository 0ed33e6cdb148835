/** A screen is lines, a line is spans: computed here as plain data, painted by Ink or written to a pipe. */
import { stripVTControlCharacters } from 'node:util';
import type { TerminalCapabilities } from './mode.ts';

export type Tone = 'good' | 'work' | 'bad' | 'dim' | 'accent' | 'strong';

export interface Span {
  text: string;
  tone?: Tone | undefined;
}

export type Line = readonly Span[];

export const span = (text: string, tone?: Tone): Span => (tone ? { text, tone } : { text });
export const blank: Line = [];

export const textOf = (line: Line) => line.map(({ text }) => text).join('');
export const widthOf = (line: Line) => textOf(line).length;

/** Foreign text made safe for one line: no escape sequences, no control characters, at most `width` wide. */
export function clean(text: string, width = Number.POSITIVE_INFINITY): string {
  return truncate(
    stripVTControlCharacters(text)
      .replace(/\p{Cc}+/gu, ' ')
      .trim(),
    width,
  );
}

export function truncate(text: string, width: number): string {
  if (text.length <= width) return text;
  return width < 1 ? '' : `${text.slice(0, width - 1).trimEnd()}…`;
}

/** `left` and `right` at the two edges; when both do not fit, the right one goes. */
export function justify(left: Line, right: Line, width: number): Line {
  const gap = width - widthOf(left) - widthOf(right);
  return gap < 1 ? left : [...left, span(' '.repeat(gap)), ...right];
}

export const rule = (width: number): Line => [span(` ${'─'.repeat(Math.max(width - 1, 0))}`, 'dim')];

/** Words of `text` in lines of at most `width`; a longer word (an address, a command) stays whole. */
export function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines = [''];
    for (const word of paragraph.split(' ')) {
      const last = lines.at(-1) ?? '';
      if (last === '' || last.length + 1 + word.length <= width)
        lines[lines.length - 1] = last ? `${last} ${word}` : word;
      else lines.push(word);
    }
    return lines;
  });
}

const asciiFor: Record<string, string> = {
  ...{
    '✓': '+',
    '✗': 'x',
    '●': '*',
    '·': '-',
    '❯': '>',
    '▸': '>',
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
