import stringWidth from 'string-width';
import { expect, test, vi } from 'vitest';
import type { Event } from '../../../src/events.ts';
import { emptyScreen, fold, type Screen } from '../../../src/screen/live/fold.ts';
import { Live } from '../../../src/screen/live/Live.tsx';
import { loadWideText } from '../../../src/screen/width.ts';
import { begin, changed, halfway, healthy, whole } from '../events.ts';
import { keys, renderAt } from '../terminal.tsx';

const after = (events: Event[]): Screen => events.reduce((screen, event) => fold(screen, event, 1.5), emptyScreen);
const noStop = () => undefined;

test('halfway, 80×24', async () => {
  const { frame } = await renderAt(80, 24, <Live screen={after(halfway)} now={6.3} onStop={noStop} />);
  expect(frame()).toMatchInlineSnapshot(`
    " bootdev up · shop                                 bundle 3f9c2e71 · 9 machines
     ──────────────────────────────────────────────────────────────────────────────
      ✓ image web                         1 min 12 s
      · lb             waiting
      · web 1 2        waiting for mysql
      · admin          waiting
      ● mysql          starting               4.8 s
      ✓ memcached 1 2  healthy                0.6 s
      · s3             waiting
      · mail           waiting
      mysql  InnoDB initialization has started.
     ──────────────────────────────────────────────────────────────────────────────
      2 of 9 healthy · 6.3 s · last time 13.9 s                  L log  Ctrl-C stop"
  `);
});

test('wide characters in names, texts and logs keep the columns, 80×24', async () => {
  await loadWideText();
  const events: Event[] = [
    { type: 'begin', verb: 'up', project: '日本', machines: ['web-1', '日本語'] },
    { type: 'machine', name: 'web-1', state: 'starting', text: 'reads 日本/設定.conf' },
    { type: 'machine', name: '日本語', state: 'starting', text: 'reads shop/site.conf' },
    { type: 'log', source: '日本語', line: '日本語のログ '.repeat(8) },
  ];
  const { frame } = await renderAt(80, 24, <Live screen={after(events)} now={6.3} onStop={noStop} />);
  expect(frame()).toMatchInlineSnapshot(`
    " bootdev up · 日本                                                   2 machines
     ──────────────────────────────────────────────────────────────────────────────
      ● web 1          starting                       reads 日本/設定.conf
      ● 日本語         starting               4.8 s   reads shop/site.conf
      日本語  日本語のログ 日本語のログ 日本語のログ 日本語のログ 日本語のログ 日…
     ──────────────────────────────────────────────────────────────────────────────
      0 of 2 healthy · 6.3 s                                     L log  Ctrl-C stop"
  `);
  const lines = frame().split('\n');
  expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(79);
  const texts = lines.filter((line) => line.includes('reads '));
  expect(new Set(texts.map((line) => stringWidth(line.slice(0, line.indexOf('reads')))))).toHaveLength(1);
});

test('ready, 80×24', async () => {
  const port: Event = {
    type: 'notice',
    level: 'info',
    text: 'Port 8080 is taken by another program; http is at 8081.',
  };
  const screen = after([begin, port, ...whole.slice(1)]);
  expect((await renderAt(80, 24, <Live screen={screen} now={6.3} onStop={noStop} />)).frame()).toMatchInlineSnapshot(`
    " bootdev up · shop                                 bundle 3f9c2e71 · 9 machines
     ──────────────────────────────────────────────────────────────────────────────
      ✓ image web                         1 min 12 s
      ✓ lb             healthy                5.0 s
      ✓ web 1 2        healthy                5.0 s
      ✓ admin          healthy                5.0 s
      ✓ mysql          healthy                5.0 s
      ✓ memcached 1 2  healthy                5.0 s
      ✓ s3             healthy                5.0 s
      ✓ mail           healthy                5.0 s
      ! Port 8080 is taken by another program; http is at 8081.
     ──────────────────────────────────────────────────────────────────────────────
      ready in 6.3 s · last time 13.9 s

      site  http://shop.localhost:8080
      mail  http://127.0.0.1:8025

      next  bootdev status  ·  bootdev down"
  `);
});

test('failed, 80×24', async () => {
  const failed: Event = { type: 'machine', name: 'mysql', state: 'failed', text: 'exit 1' };
  const screen: Screen = { ...after([...halfway, failed]), end: { how: 'failed' } };
  expect((await renderAt(80, 24, <Live screen={screen} now={6.3} onStop={noStop} />)).frame()).toMatchInlineSnapshot(`
    " bootdev up · shop                                 bundle 3f9c2e71 · 9 machines
     ──────────────────────────────────────────────────────────────────────────────
      ✓ image web                         1 min 12 s
      · lb             waiting
      · web 1 2        waiting for mysql
      · admin          waiting
      ✗ mysql          failed                         exit 1
      ✓ memcached 1 2  healthy                0.6 s
      · s3             waiting
      · mail           waiting
     ──────────────────────────────────────────────────────────────────────────────
      not ready · 2 of 9 healthy"
  `);
});

test('the table, 80×24', async () => {
  expect(
    (await renderAt(80, 24, <Live screen={after([changed])} now={0} onStop={noStop} />)).frame(),
  ).toMatchInlineSnapshot(`
    " shop · 2 of 4 not healthy                            bundle 3f9c2e71 on 2 of 4
     ──────────────────────────────────────────────────────────────────────────────
      machine  state    programs                 bundle    desired   now
      lb       healthy  lb                       3f9c2e71
      web-1    healthy  nginx php-fpm heartbeat  3f9c2e71
      web-2    differs  nginx php-fpm heartbeat  77aa01d2  3f9c2e71
               changed on the machine: etc/nginx/nginx.conf
      mysql    missing  -                        -
               not there: bootdev up
      site  http://shop.localhost:8080
     ──────────────────────────────────────────────────────────────────────────────
      q quit  Ctrl-C quit"
  `);
});

test('the table, 120×40', async () => {
  expect(
    (await renderAt(120, 40, <Live screen={after([changed])} now={0} onStop={noStop} />)).frame(),
  ).toMatchInlineSnapshot(`
    " shop · 2 of 4 not healthy                                                                    bundle 3f9c2e71 on 2 of 4
     ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
      machine  state    programs                 bundle    desired   now
      lb       healthy  lb                       3f9c2e71
      web-1    healthy  nginx php-fpm heartbeat  3f9c2e71
      web-2    differs  nginx php-fpm heartbeat  77aa01d2  3f9c2e71
               changed on the machine: etc/nginx/nginx.conf
      mysql    missing  -                        -
               not there: bootdev up
      site  http://shop.localhost:8080
     ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
      q quit  Ctrl-C quit"
  `);
});

test('the table that stays at the end has no keys', async () => {
  const { frame } = await renderAt(80, 24, <Live screen={after([healthy])} now={0} onStop={noStop} ended />);
  expect(frame()).toContain('shop · ready');
  expect(frame()).toContain('bundle 3f9c2e71 on all 9');
  expect(frame()).not.toContain('Ctrl-C');
});

test('L shows and hides the end of the log', async () => {
  const lines = Array.from(
    { length: 12 },
    (_, index): Event => ({ type: 'log', source: 'mysql', line: `line ${index}` }),
  );
  const { frame, press } = await renderAt(
    80,
    24,
    <Live screen={after([...halfway, ...lines])} now={6.3} onStop={noStop} />,
  );
  expect(frame()).toContain('line 11');
  expect(frame()).not.toContain('line 10');
  await press('L');
  expect(frame()).toContain('line 4');
  expect(frame()).toContain('L hide log');
  await press('l');
  expect(frame()).not.toContain('line 10');
});

test('Ctrl-C stops; q only where nothing is in progress', async () => {
  const stop = vi.fn();
  const up = await renderAt(80, 24, <Live screen={after(halfway)} now={6.3} onStop={stop} />);
  await up.press('q');
  expect(stop).not.toHaveBeenCalled();
  await up.press(keys.ctrlC);
  expect(stop).toHaveBeenCalledOnce();
  up.unmount();
  const table = await renderAt(80, 24, <Live screen={after([healthy])} now={0} onStop={stop} />);
  await table.press('q');
  expect(stop).toHaveBeenCalledTimes(2);
});

test('the screen says that it is stopping while the engine ends', async () => {
  const { frame } = await renderAt(80, 24, <Live screen={after(halfway)} now={6.3} onStop={noStop} stopping />);
  expect(frame()).toContain('stopping · 6.3 s');
});

test('on a console without our glyphs', async () => {
  const { frame } = await renderAt(80, 24, <Live screen={after(whole)} now={6.3} onStop={noStop} />, {
    colour: false,
    ascii: true,
  });
  expect(frame()).toMatch(/^[\n\x20-\x7e]+$/);
  expect(frame()).toContain('+ mysql');
});
