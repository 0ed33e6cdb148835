import { expect, test, vi } from 'vitest';
import type { Lesson } from '../../../src/answers/lesson.ts';
import { type Choice, readChoice } from '../../../src/lesson/choice.ts';
import { explained } from '../../../src/lesson/explain.ts';
import { drawPackets } from '../../../src/lesson/packets.ts';
import type { KeyAction } from '../../../src/lesson/screen/keys.ts';
import { LessonScreen } from '../../../src/lesson/screen/LessonScreen.tsx';
import { begin, type LessonState, reduce } from '../../../src/lesson/screen/state.ts';
import { lessonView } from '../../../src/lesson/screen/view.ts';
import { widthOf } from '../../../src/screen/line.ts';
import { keys, renderAt } from '../../screen/terminal.tsx';

const addresses = { cip: '172.19.0.6', vip: '172.19.0.2', dip: '172.19.0.2', rip: '172.19.0.3' };

/** As the kernel counted it. */
function measured(choice: Choice, counts: number[][]): Lesson {
  const { mode, load, connections, weights } = choice;
  return {
    ...{ mode, load, connections, weights: [...weights], measured: true },
    sides: choice.schedulers.map((scheduler, side) => ({
      ...explained(scheduler, load),
      ...{ service: `172.19.0.2:${8001 + side}`, failed: 0 },
      servers: weights.map((weight, at) => ({
        ...{ name: `web-${at + 1}`, address: `172.19.0.${3 + at}`, weight },
        ...{
          connections: counts[side]?.[at] ?? 0,
          packetsIn: 5 * (counts[side]?.[at] ?? 0),
          packetsOut: 4 * (counts[side]?.[at] ?? 0),
        },
      })),
    })),
    packets: drawPackets(mode, { addresses, server: 'web-1' }),
    seen: { server: 'web-1', source: '172.19.0.2', destination: '172.19.0.3' },
    commands: [
      { on: 'director', command: 'ipvsadm -A -t 172.19.0.2:8001 -s wlc' },
      { on: 'director', command: 'ipvsadm -a -t 172.19.0.2:8001 -r 172.19.0.3:8001 -m -w 3' },
      { on: 'director', command: 'ipvsadm -a -t 172.19.0.2:8001 -r 172.19.0.4:8001 -m -w 1' },
      { on: 'director', command: 'ipvsadm -L -n --stats --exact' },
    ],
  };
}

const choice = readChoice({ scheduler: 'wlc,sed' });
const complete = [
  {
    do: 'measured',
    lesson: measured(choice, [
      [60, 20],
      [60, 20],
    ]),
  } as const,
  { do: 'ended' } as const,
].reduce(reduce, begin(choice));

const show = (state: LessonState, columns = 80, rows = 24, dispatch: (action: KeyAction) => void = () => undefined) =>
  renderAt(columns, rows, <LessonScreen state={state} dispatch={dispatch} />);

test('two schedulers side by side, 80×24', async () => {
  expect((await show(complete)).frame()).toMatchInlineSnapshot(`
    " bootdev lvs · wlc beside sed                 weights 3 : 1 · 80 held · fullnat
     ──────────────────────────────────────────────────────────────────────────────
      wlc   web-1 █████████████████████ 60   sed   web-1 █████████████████████ 60
            web-2 ███████               20         web-2 ███████               20
      complete

      wlc, weighted least connections: the server where connections ÷ weight is
      least; a closed one still counts a little, 1/256. Connections that stay open
      are what it counts.
      sed, shortest expected delay: the server where (open connections + 1) ÷
      weight is least, so counting the one that is about to be sent: an idle heavy
      server is filled first. Closed ones do not count. Under connections that stay
      open it is even with the weights, as wlc is.

      client ──1──▸ director ──2──▸ web-1
             ◂──4──          ◂──3──
      1  172.19.0.6 → 172.19.0.2
      2  172.19.0.2 → 172.19.0.3  source and destination are rewritten
      3  172.19.0.3 → 172.19.0.2  it answers whom it sees: the director
      4  172.19.0.2 → 172.19.0.6  both are rewritten back
      ✓ web-1 saw 172.19.0.2 → 172.19.0.3; the director passed 640 packets back
     ──────────────────────────────────────────────────────────────────────────────
      s S scheduler  m mode  w weights  l load  2 two  p commands  r record  q quit"
  `);
});

test('the commands in place of the packets, 80×24', async () => {
  expect((await show(reduce(complete, { do: 'panel' }))).frame()).toMatchInlineSnapshot(`
    " bootdev lvs · wlc beside sed                 weights 3 : 1 · 80 held · fullnat
     ──────────────────────────────────────────────────────────────────────────────
      wlc   web-1 █████████████████████ 60   sed   web-1 █████████████████████ 60
            web-2 ███████               20         web-2 ███████               20
      complete

      wlc, weighted least connections: the server where connections ÷ weight is
      least; a closed one still counts a little, 1/256. Connections that stay open
      are what it counts.
      sed, shortest expected delay: the server where (open connections + 1) ÷
      weight is least, so counting the one that is about to be sent: an idle heavy
      server is filled first. Closed ones do not count. Under connections that stay
      open it is even with the weights, as wlc is.

      director $ ipvsadm -A -t 172.19.0.2:8001 -s wlc
      director $ ipvsadm -a -t 172.19.0.2:8001 -r 172.19.0.3:8001 -m -w 3
      director $ ipvsadm -a -t 172.19.0.2:8001 -r 172.19.0.4:8001 -m -w 1
      director $ ipvsadm -L -n --stats --exact
     ──────────────────────────────────────────────────────────────────────────────
      s S scheduler  m mode  w weights  l load  2 two  p packets  r record  q quit"
  `);
});

test('both, 120×40', async () => {
  expect((await show(complete, 120, 40)).frame()).toMatchInlineSnapshot(`
    " bootdev lvs · wlc beside sed                                                         weights 3 : 1 · 80 held · fullnat
     ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
      wlc   web-1 █████████████████████████████████████████ 60   sed   web-1 █████████████████████████████████████████ 60
            web-2 ██████████████                            20         web-2 ██████████████                            20
      complete

      wlc, weighted least connections: the server where connections ÷ weight is least; a closed one still counts a little,
      1/256. Connections that stay open are what it counts.
      sed, shortest expected delay: the server where (open connections + 1) ÷ weight is least, so counting the one that is
      about to be sent: an idle heavy server is filled first. Closed ones do not count. Under connections that stay open it
      is even with the weights, as wlc is.

      client ──1──▸ director ──2──▸ web-1
             ◂──4──          ◂──3──
      1  172.19.0.6 → 172.19.0.2
      2  172.19.0.2 → 172.19.0.3  source and destination are rewritten
      3  172.19.0.3 → 172.19.0.2  it answers whom it sees: the director
      4  172.19.0.2 → 172.19.0.6  both are rewritten back
      ✓ web-1 saw 172.19.0.2 → 172.19.0.3; the director passed 640 packets back

      director $ ipvsadm -A -t 172.19.0.2:8001 -s wlc
      director $ ipvsadm -a -t 172.19.0.2:8001 -r 172.19.0.3:8001 -m -w 3
      director $ ipvsadm -a -t 172.19.0.2:8001 -r 172.19.0.4:8001 -m -w 1
      director $ ipvsadm -L -n --stats --exact
     ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
      s S scheduler  m mode  w weights  l load  2 side by side  Space again  p commands  r record  q quit"
  `);
});

test('before the first count, and a load that failed', async () => {
  expect((await show(begin(readChoice({ scheduler: 'nq', load: 'short' })))).frame()).toMatchInlineSnapshot(`
    " bootdev lvs · nq                           weights 3 : 1 · 200 short · fullnat
     ──────────────────────────────────────────────────────────────────────────────
      nq    web-1                                                                0
            web-2                                                                0
      0 of 200 counted by the kernel

      nq, never queue: a server with nothing open gets the next connection,
      whatever its weight; when all are busy, as sed. Each connection is closed
      before the next one comes, so nothing is ever open, and the same server is
      the best one each time.
      One server gets everything: that is no fault. nq needs connections that
      overlap.

      client ──1──▸ director ──2──▸ web-1
             ◂──4──          ◂──3──
      1  CIP → VIP
      2  DIP → RIP  source and destination are rewritten
      3  RIP → DIP  it answers whom it sees: the director
      4  VIP → CIP  both are rewritten back
     ──────────────────────────────────────────────────────────────────────────────
      s scheduler  m mode  w weights  l load  2 two  p commands  r record  q quit"
  `);
  const failed = reduce(begin(choice), {
    ...{ do: 'failed', message: 'The kernel has no scheduler sed.', hint: 'sudo modprobe ip_vs_sed' },
  });
  const frame = (await show(failed)).frame();
  expect(frame).toContain('The kernel has no scheduler sed.');
  expect(frame).toContain('→ sudo modprobe ip_vs_sed');
});

test('no frame is wider or higher than the terminal', () => {
  const wide = reduce(complete, { do: 'recording', file: 'x.cast' });
  const three = reduce(begin(readChoice({ scheduler: 'lblc,lblcr', weights: '10,10,10', mode: 'nat' })), {
    ...{ do: 'failed', message: 'x '.repeat(150), hint: 'y' },
  });
  for (const state of [complete, wide, begin(choice), three]) {
    for (const [columns, rows] of [
      [80, 24],
      [120, 40],
    ] as const) {
      const lines = lessonView(state, { columns, rows });
      for (const line of lines.filter((each) => !each.some(({ text }) => /\$ $/.test(text))))
        expect(widthOf(line)).toBeLessThan(columns);
      expect(lines.length).toBeLessThan(rows);
    }
  }
});

test('each key is an action', async () => {
  const dispatch = vi.fn();
  const { press } = await show(complete, 80, 24, dispatch);
  await press('s', 'S', 'm', 'w', 'l', '2', 'p', 'r', ' ', 'x', 'q', keys.ctrlC);
  expect(dispatch.mock.calls.map(([action]) => action.do)).toEqual([
    ...[
      'scheduler',
      'otherScheduler',
      'mode',
      'weights',
      'load',
      'side',
      'panel',
      'record',
      'again',
      'quit',
      'interrupt',
    ],
  ]);
});
