import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { emptyFolder } from './bootdev.ts';
import { terminal } from './terminal.ts';

const steps = ['site', 'application', 'size', 'database', 'search and files', 'AWS', 'review'];

test.each(steps.map((_, index) => index + 1))(
  'Ctrl-C at step %i of the wizard: no file, a terminal as before, exit code 2',
  async (step) => {
    const dir = await emptyFolder();
    const screen = terminal(dir);
    for (let at = 1; at <= step; at++) {
      await screen.until(`step ${at} of ${steps.length}`);
      screen.type(at < step ? '\r' : '\u0003');
    }
    expect(await screen.ended()).toEqual({ code: 2, sane: true });
    expect(screen.text()).toContain('Cancelled; nothing was written.');
    expect(await readdir(dir)).toEqual([]);
  },
);
