import { expect, test } from 'vitest';
import type { Why } from '../../../../src/events.ts';
import { textOf } from '../../../../src/screen/line.ts';
import { whyLines } from '../../../../src/screen/views/site/why-view.ts';

const why: Why = {
  ...{
    url: 'https://shop.localhost:8443/news',
    status: 200,
    milliseconds: 61,
    id: '0a1b2c3d-0000-4000-8000-000000000001',
  },
  layers: [
    {
      ...{ layer: 'lb', verdict: 'web-2', reason: 'leastconn', milliseconds: 58, notes: [] },
      text: 'leastconn: the machine with the fewest requests at this moment',
    },
    {
      ...{ layer: 'nginx', verdict: 'bypass', reason: 'session-cookie', milliseconds: 57 },
      text: 'PHPSESSID means a session: a page for this visitor alone, which is not stored',
      notes: [
        { name: 'key', text: `br|https|shop.localhost:8443|a41f00c9|/news?${'x'.repeat(60)}` },
        { name: 'cookies', text: '_ga: not counted · PHPSESSID: a session' },
      ],
    },
    { layer: 'php', verdict: '200', reason: 'not-kept', milliseconds: 0, text: '', notes: [] },
    {
      layer: 'database',
      verdict: '',
      reason: 'not-measured',
      text: 'not measured: its time is in that of php',
      notes: [],
    },
  ],
  next: [{ text: 'all of its lines', command: 'bootdev logs --grep 0a1b2c3d-0000-4000-8000-000000000001' }],
};
const lines = (said: Why, columns?: number) => whyLines(said, columns).map((line) => textOf(line).trimEnd());

test('on 80 columns no line is longer, but for the command', () => {
  const shown = lines(why, 80);
  expect(shown.join('\n')).toMatchInlineSnapshot(`
    "bootdev why https://shop.localhost:8443/news                         200 · 61 ms
    lb        58 ms  web-2   leastconn: the machine with the fewest requests at this
                             moment
    nginx     57 ms  bypass  PHPSESSID means a session: a page for this visitor
                             alone, which is not stored
                             key      br|https|shop.localhost:8443|a41f00c9|/news?xx
                                      xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
                                      xxxxxxxxxxxx
                             cookies  _ga: not counted · PHPSESSID: a session
    php       <1 ms  200
    database                 not measured: its time is in that of php

    all of its lines  bootdev logs --grep 0a1b2c3d-0000-4000-8000-000000000001"
  `);
  expect(shown.filter((line) => line.length > 80 && !line.includes('bootdev logs'))).toEqual([]);
  expect(shown.length).toBeLessThan(24);
});

test('a pipe gets a line a row', () => {
  expect(lines(why).slice(0, 4)).toMatchInlineSnapshot(`
    [
      "bootdev why https://shop.localhost:8443/news",
      "200 · 61 ms",
      "lb        58 ms  web-2   leastconn: the machine with the fewest requests at this moment",
      "nginx     57 ms  bypass  PHPSESSID means a session: a page for this visitor alone, which is not stored",
    ]
  `);
});

test('what a site says of itself moves no cursor and colours nothing', () => {
  const evil = '\u001b[2J\u001b]0;x\u0007\r\nsecond\u202e';
  const [lb] = why.layers;
  const hostile = {
    ...why,
    url: evil,
    layers: lb ? [{ ...lb, verdict: evil, text: evil, notes: [{ name: 'headers', text: evil }] }] : [],
    next: [{ text: 'next', command: evil }],
  };
  for (const columns of [80, undefined]) expect(lines(hostile, columns).join('')).not.toMatch(/\p{Cc}/u);
});
