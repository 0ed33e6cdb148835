import { expect, test } from 'vitest';
import type { Event, Warm } from '../../src/events.ts';
import { textOf } from '../../src/screen/line.ts';
import { plainLines } from '../../src/screen/plain.ts';
import { changed } from './events.ts';

const lines = (event: Event, begun = true) =>
  plainLines(event, { begun, tables: 0 }).map(({ to, line }) => `${to} ${textOf(line)}`.trimEnd());

test('one line per change', () => {
  expect(lines({ type: 'machine', name: 'mysql', state: 'healthy', seconds: 4.6 })).toEqual([
    'err ✓ mysql healthy  4.6 s',
  ]);
  expect(lines({ type: 'machine', name: 'web-1', state: 'waiting', text: 'waiting for mysql' })).toEqual([
    'err · web-1 waiting for mysql',
  ]);
  expect(lines({ type: 'machine', name: 'web-1', state: 'applying', text: 'new files' })).toEqual([
    'err ● web-1 applying: new files',
  ]);
  expect(lines({ type: 'machine', name: 'lb', state: 'waiting' })).toEqual([]);
});

test('a step says how long it took, where that can be read', () => {
  const step: Event = { type: 'step', id: 'base', text: 'Base image', state: 'done' };
  expect(lines({ ...step, seconds: 0.05 })).toEqual(['err ✓ Base image  0.1 s']);
  expect(lines({ ...step, seconds: 0.049 })).toEqual(['err ✓ Base image']);
});

test('other machines than the title said', () => {
  expect(lines({ type: 'machines', root: 'abcdef0123', machines: ['lb', 'web-1'] })).toEqual([
    'err now bundle abcdef01 · 2 machines',
  ]);
});

test('a hint is below its notice, with its commands in one line each', () => {
  expect(
    lines({
      type: 'notice',
      level: 'warning',
      text: 'Compose: to fix it, type:',
      hint: 'apt-get update\napt-get install',
    }),
  ).toEqual(['err ! Compose: to fix it, type:', 'err   apt-get update', 'err   apt-get install']);
});

test('a log is shown where nothing began, and not where something did', () => {
  const log: Event = { type: 'log', source: 'web-1', line: 'GET /\u001b[0m' };
  expect(lines(log, false)).toEqual(['out web-1 | GET /']);
  expect(lines(log, true)).toEqual([]);
});

test('a log has its time by the clock of this computer, with the day where that is another, and fits on one line of a terminal', () => {
  const now = new Date();
  const clock = now.toLocaleTimeString('sv');
  const log: Event = { type: 'log', source: 'web-1', line: `nginx | GET /${'a'.repeat(60)}`, time: now.toISOString() };
  const of = (event: Event, columns?: number) =>
    plainLines(event, { begun: false, tables: 0, ...(columns ? { columns } : {}) }).map(({ line }) => textOf(line));
  expect(of(log)).toEqual([`web-1 | ${clock} nginx | GET /${'a'.repeat(60)}`]);
  expect(of(log, 40)).toEqual([`web-1 | ${clock} nginx | GET /${'a'.repeat(9)}…`]);
  expect(of({ ...log, time: '2026-01-01T12:00:00.123456789Z' })[0]).toMatch(/^web-1 \| 2026-01-01 \d\d:\d\d:00 nginx/);
});

test('the done text is data where nothing began: an address, a list of digests', () => {
  expect(lines({ type: 'done', text: 'one\ntwo' }, false)).toEqual(['out one', 'out two']);
  expect(lines({ type: 'done', text: 'Stopped.' }, true)).toEqual(['err Stopped.']);
});

test('the table has every column', () => {
  expect(lines(changed).join('\n')).toMatchInlineSnapshot(`
    "out shop · 2 of 4 not healthy                             bundle 3f9c2e71 on 2 of 4
    out machine  state    programs                 bundle    desired   now
    out lb       healthy  lb                       3f9c2e71
    out web-1    healthy  nginx php-fpm heartbeat  3f9c2e71
    out web-2    differs  nginx php-fpm heartbeat  77aa01d2  3f9c2e71
    out          changed on the machine: etc/nginx/nginx.conf
    out mysql    missing  -                        -
    out          not there: bootdev up
    out site  http://shop.localhost:8080"
  `);
});

test('a purge: what went where, and who did not answer', () => {
  const purge = {
    pages: 3,
    machines: [
      { machine: 'web-1', pages: 1 },
      { machine: 'web-2', pages: 2 },
    ],
    failed: [{ machine: 'web-3', error: 'read timed out' }],
  };
  expect(lines({ type: 'purge', purge })).toEqual([
    'out 3 stored pages removed  web-1 1 · web-2 2',
    'out ✗ web-3 was not purged: read timed out',
  ]);
});

test('a run of the pre-warmer: what it found, what it made, and why it ended', () => {
  const warm: Warm = {
    ...{ at: 0, seconds: 20.1, why: 'asked', source: 'sitemap', addresses: 500, variants: 2, machines: 2 },
    ...{ requests: 2000, hitBefore: 3, hitAfter: 98, made: 1900, unstored: 20, errors: 2, perSecond: 99.8 },
    ...{ ended: 'slow', notes: ['addresses of other hosts were left out'] },
  };
  expect(lines({ type: 'warm', warm })).toEqual([
    'out 500 addresses of the sitemap · 2 variants · 2 web machines',
    'out 2000 requests in 20.1 s, 99.8 a second',
    'out hit ratio 3 % → 98 % · 1900 made · 20 that are never stored · 2 errors',
    'out addresses of other hosts were left out',
    'out Ended early: pages took three times as long as at the beginning.',
  ]);
});
