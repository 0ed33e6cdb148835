import type { MachineState } from '../events.ts';
import type { Tone } from './line.ts';

/** How each state looks: one glyph, one colour. */
export const icons: Record<MachineState | 'start' | 'done', { glyph: string; tone: Tone }> = {
  waiting: { glyph: '·', tone: 'dim' },
  starting: { glyph: '●', tone: 'work' },
  applying: { glyph: '●', tone: 'work' },
  healthy: { glyph: '✓', tone: 'good' },
  unhealthy: { glyph: '✗', tone: 'bad' },
  differs: { glyph: '✗', tone: 'bad' },
  stopped: { glyph: '●', tone: 'work' },
  missing: { glyph: '●', tone: 'work' },
  failed: { glyph: '✗', tone: 'bad' },
  start: { glyph: '●', tone: 'work' },
  done: { glyph: '✓', tone: 'good' },
};

/** The first eight digits of a digest: what a person compares. */
export const short = (digest: string) => digest.slice(0, 8);

export const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** 'waiting for mysql' says 'waiting' already. */
export const repeats = (state: MachineState, text: string) => text.startsWith(state);
