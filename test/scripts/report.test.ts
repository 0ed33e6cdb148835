/** The end of `npm test`: its last line is what other programs read. */
import { expect, onTestFinished, test, vi } from 'vitest';
import { add, clock, closing, count, newTotal, print, timed } from '../../scripts/report.mjs';

const tally = (passed: number, file: string, seconds: number, failed: string[] = [], skipped: string[] = []) => ({
  ...{ passed, failed, skipped, files: [{ path: file, seconds }], figures: [] },
});

test('the last line counts the whole run; skips are in it when there are some', () => {
  expect(closing({ passed: 3, failed: [], skipped: [] })).toBe('3 passed, 0 failed');
  expect(closing({ passed: 3, failed: ['a'], skipped: ['b', 'c'] })).toBe('3 passed, 1 failed, 2 skipped');
});

test.each([
  [0.4, '0:00'],
  [65, '1:05'],
  [1723, '28:43'],
])('%d s are %s', (seconds, text) => {
  expect(clock(seconds)).toBe(text);
});

test('skipped by name, slowest files, stages with what they added, failed by name, the count', async () => {
  const lines: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line = '') => void lines.push(line));
  onTestFinished(() => log.mockRestore());
  const total = newTotal();
  await timed(total, 'check', () => count(total, 'types', true));
  await timed(total, 'emulator+replica', () =>
    add(total, {
      failed: ['it broke'],
      projects: {
        emulator: tally(2, 'a.test.ts', 61, ['two is three']),
        replica: tally(4, 'b.test.ts', 125, [], ['reboot: not here']),
      },
    }),
  );
  print(total);
  const text = lines.join('\n');
  expect(text).toMatch(/^check +0:00 +1$/m);
  expect(text).toMatch(/^emulator\+replica +0:00 +9 {2}minutes of files: emulator 1:01, replica 2:05$/m);
  expect(text).toMatch(/^whole +0:00 +10$/m);
  expect(text).toMatch(/^ +2:05 {2}b\.test\.ts\n +1:01 {2}a\.test\.ts$/m);
  expect(text).toMatch(/^skipped: reboot: not here$/m);
  // Last, since of a long log people see the end.
  expect(text).toMatch(/FAILED: it broke\nFAILED: two is three\n\n7 passed, 2 failed, 1 skipped$/);
});
