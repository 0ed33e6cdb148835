/** No screen is higher or wider than the terminal. */
import { expect, test } from 'vitest';
import type { Event } from '../../../src/events.ts';
import { emptyScreen, fold, type Screen } from '../../../src/screen/live/fold.ts';
import { Live } from '../../../src/screen/live/Live.tsx';
import { begin, changed, halfway, healthy, names, whole } from '../events.ts';
import { renderAt } from '../terminal.tsx';

const after = (events: Event[]): Screen => events.reduce((screen, event) => fold(screen, event, 1.5), emptyScreen);
const noStop = () => undefined;

const sizes = [
  [80, 24],
  [120, 40],
  [80, 12],
  [60, 20],
  [40, 10],
  [20, 6],
] as const;
const many: Event[] = [
  { ...begin, machines: [...names, ...Array.from({ length: 20 }, (_, index) => `extra${index}`)] } as Event,
  ...Array.from(
    { length: 9 },
    (_, index): Event => ({ type: 'step', id: `${index}`, text: `a step with a long name ${index}`, state: 'done' }),
  ),
  ...halfway.slice(1),
  { type: 'notice', level: 'warning', text: 'a long notice '.repeat(20), hint: 'one\ntwo' },
];
const table =
  healthy.type === 'status' ? [...healthy.status.machines, ...healthy.status.machines, ...healthy.status.machines] : [];
const scenes: Record<string, Screen> = {
  halfway: after(halfway),
  ready: after(whole),
  many: after(many),
  'many ready': after([...many, whole.at(-1) as Event]),
  changed: after([changed]),
  'long table': after([{ type: 'status', status: { project: 'shop', root: '00', machines: table } }]),
};

test.each(sizes.flatMap(([columns, rows]) => Object.keys(scenes).map((name) => [name, columns, rows] as const)))(
  '%s never fills %i×%i',
  async (name, columns, rows) => {
    const view = await renderAt(columns, rows, <Live screen={scenes[name] as Screen} now={6.3} onStop={noStop} />);
    await view.press('l');
    const lines = view.frame().split('\n');
    expect(lines.length).toBeLessThan(rows);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    view.unmount();
  },
);
