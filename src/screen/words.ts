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

/** '6.3 s', '2 min 03 s'. */
export function duration(seconds: number): string {
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}

/** The first eight digits of a digest: what a person compares. */
export const short = (digest: string) => digest.slice(0, 8);

export const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** 'waiting for mysql' says 'waiting' already. */
export const repeats = (state: MachineState, text: string) => text.startsWith(state);
