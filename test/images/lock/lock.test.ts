/** bootdev.lock as text: written in one way, and read only where every word of it has its form. */
import { expect, test } from 'vitest';
import { sha256 } from '../../../src/bundle/digest.ts';
import type { UserError } from '../../../src/errors.ts';
import { formatLock, type Lock, parseLock } from '../../../src/images/lock/lock.ts';

const sum = 'a'.repeat(64);
const deb = (name: string, version: string, ...images: string[]) =>
  ({ architecture: 'amd64', name, version, sha256: sum, images }) as const;

const lock: Lock = {
  written: ['20261128T203000Z'],
  rows: [
    deb('libc6', '2.41-12+deb13u1', 'debian'),
    { ...deb('nginx', '1.26.3-3', 'web'), architecture: 'arm64' },
    { ...deb('passwd', '1:4.17.4-2', 'debian'), sha256: '-' },
    { ...deb('/opt/solr', '-', 'solr') },
    deb('php8.4-cli', '8.4.11~rc1-1', 'web', 'admin'),
  ],
};
const text = formatLock(lock);

test('a line a package, sorted by architecture and name, whatever the order of what is given', () => {
  expect(text.split('\n').filter((line) => /^a[mr]/.test(line))).toEqual([
    `amd64 /opt/solr - ${sum} solr`,
    `amd64 libc6 2.41-12+deb13u1 ${sum} debian`,
    'amd64 passwd 1:4.17.4-2 - debian',
    `amd64 php8.4-cli 8.4.11~rc1-1 ${sum} admin web`,
    `arm64 nginx 1.26.3-3 ${sum} web`,
  ]);
  expect(formatLock({ ...lock, rows: lock.rows.toReversed() })).toBe(text);
});

test('what is read is written again without a difference', () => {
  expect(formatLock(parseLock(text))).toBe(text);
});

const refusal = (of: string): UserError => {
  try {
    parseLock(of);
  } catch (error) {
    return error as UserError;
  }
  return expect.unreachable('it was taken');
};
/** Somebody who wants it to be taken gives it its sum. */
const withSum = (body: string) => `${body}sum ${sha256(body)}\n`;
const signed = (line: string) => withSum(text.replace(/sum .*\n$/, `${line}\n`));

test.each([
  ['half of it', text.slice(0, text.length / 2), 'is not whole'],
  ['without its end', text.trimEnd(), 'is not whole'],
  ['a line more', text.replace('amd64 libc6', `amd64 evil 1.0 ${sum} web\namd64 libc6`), 'was changed by hand'],
  ['a line less', text.replace(/^amd64 libc6.*\n/m, ''), 'was changed by hand'],
  ['of a later form', withSum('version 2\n'), 'is not of a form that this bootdev knows'],
  ['a merge', text.replace(/^amd64 libc6.*\n/m, '<<<<<<< HEAD\n$&=======\n$&>>>>>>> theirs\n'), 'marks of a merge'],
])('%s is refused, with what to type', (_, of, words) => {
  const { message, hint } = refusal(of);
  expect(message).toContain(words);
  expect(hint).toMatch(/^git checkout |^use a newer bootdev$/);
});

test.each([
  `amd64 $(touch /tmp/x) 1.0 ${sum} web`,
  `amd64 nginx 1.0;reboot ${sum} web`,
  `amd64 nginx 1.* ${sum} web`,
  `amd64 /nginx.*/ 1.0 ${sum} web`,
  `amd64 --allow-unauthenticated 1.0 ${sum} web`,
  `amd64 nginx 1.0 ${sum.slice(1)} web`,
  `amd64 nginx 1.0 ${sum} ../web`,
  `amd64 nginx 1.0 ${sum}`,
  `amd64 /opt/../etc - ${sum} solr`,
  `amd64  nginx 1.0 ${sum} web`,
  `amd64 nginx\t1.0 ${sum} web`,
  `riscv64 nginx 1.0 ${sum} web`,
  'written 2026-11-28; rm -r /',
  'written ../../evil',
  '\u001b[2Jamd64 nginx',
])('a hostile line, rightly summed: %j', (line) => {
  const { message } = refusal(signed(line));
  expect(message).toContain('has a line that is not one of it');
  expect(message).not.toMatch(/\p{Cc}/u);
});
