import { expect, test } from 'vitest';
import { loadNames, type Scheduler } from '../../src/lesson/choice.ts';
import { warning, why } from '../../src/lesson/why.ts';
import { columnsOf, wrap } from '../../src/screen/width.ts';
import { schedulers } from '../../src/settings/sections.ts';

const pairs = schedulers.flatMap((scheduler) => loadNames.map((load) => [scheduler, load] as const));

test('each scheduler says something of its own under each load, in six lines of 80 columns', () => {
  const texts = pairs.map(([scheduler, load]) => why(scheduler, load));
  for (const [at, [scheduler]] of pairs.entries()) {
    expect(texts[at]).toMatch(new RegExp(`^${scheduler}, .*\\.$`, 's'));
    const lines = wrap(texts[at] as string, 77);
    expect(lines.length).toBeLessThanOrEqual(6);
    expect(Math.max(...lines.map(columnsOf))).toBeLessThanOrEqual(77);
  }
  // The ten rules differ, and held is another load than short for each of them.
  expect(new Set(schedulers.map((scheduler) => why(scheduler, 'short'))).size).toBe(10);
  for (const scheduler of schedulers) expect(why(scheduler, 'held')).not.toBe(why(scheduler, 'short'));
});

test('where one server gets everything, and only there, it is said to be right', () => {
  const warned = pairs.filter(([scheduler, load]) => warning(scheduler, load)).map((pair) => pair.join(' '));
  const only = (scheduler: Scheduler, loads: string) => loads.split(' ').map((load) => `${scheduler} ${load}`);
  expect(warned.sort()).toEqual(
    [
      ...only('lblc', 'short sources'),
      ...only('lblcr', 'short sources'),
      ...only('dh', 'short held sources'),
      ...only('sh', 'short held destinations'),
      ...only('sed', 'short sources destinations'),
      ...only('nq', 'short sources destinations'),
    ].sort(),
  );
});
