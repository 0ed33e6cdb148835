/** A person in an empty folder, in a terminal of 80×24, who only presses Enter. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { terminal } from '../cli/terminal.ts';
import type { Replica } from './replica.ts';

/** `replica`: nothing is in its folder yet. Afterwards it runs. */
export function testFirstStart(replica: Replica) {
  it('gets a healthy replica of 13 machines', async () => {
    const screen = terminal(replica.dir);
    for (let step = 1; step <= 7; step++) {
      await screen.until(`step ${step} of 7`);
      screen.type('\r');
    }
    expect(await screen.ended()).toEqual({ code: 0, sane: true });
    expect(screen.text()).toMatch(/ready in \d/);
    expect(await readFile(join(replica.dir, 'bootdev.yaml'), 'utf8')).toMatch(/^# yaml-language-server: /);
    const { machines } = await replica.status();
    expect(machines.map(({ state }) => state)).toEqual(Array(13).fill('healthy'));
  });
}
