import { formatDuration } from '../duration.ts';
import type { Event, MachineState } from '../events.ts';
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

/** 1,234,567 bytes → '1.2 MB'. */
export const sizeWords = (bytes: number) =>
  bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(1)} MB`;

/** How far a step is, in bytes or in `unit`: '1.2 of 3.4 GB · 85.1 MB/s · 26.0 s left'. */
export function progressWords({ bytes, total, seconds, unit }: Event & { type: 'progress' }): string {
  const rate = bytes / Math.max(seconds, 0.001);
  const left = total === undefined || bytes === 0 ? [] : [`${formatDuration(Math.max(total - bytes, 0) / rate)} left`];
  const words = unit === undefined ? sizeWords : (number: number) => String(Math.round(number));
  const far = total === undefined ? words(bytes) : `${words(bytes)} of ${words(total)}`;
  return [far, `${words(rate)}/s`, ...left].join(' · ');
}

/** 'waiting for mysql' says 'waiting' already. */
export const repeats = (state: MachineState, text: string) => text.startsWith(state);
