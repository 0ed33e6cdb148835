/** How old the machines' image and their packages may be. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkAges } from '../../../src/cloud/preflight/instances.ts';
import type { StackSnapshot } from '../../../src/cloud/stacks/describe.ts';
import { stacks } from '../../../src/cloud/stacks/stacks.ts';
import { readTemplate } from '../../../src/cloud/stacks/template.ts';

const now = new Date('2026-11-28T12:00:00Z');
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);

/** Without an image: the stack is not there yet. */
function snapshot(part: string, image?: string): StackSnapshot {
  const stack = stacks.find((each) => each.part === part) as (typeof stacks)[number];
  const template = readTemplate(readFileSync(`cfn/${stack.file}`, 'utf8'));
  const info = image ? { status: 'CREATE_COMPLETE', parameters: { ImageId: image } } : undefined;
  return { stack, name: part, template, info: info as never };
}

/** web has the image `old`, of so many days; search the one that is named. */
function findings(days: number, { search = 'old', newImage = false, locked = 0, gone = false } = {}) {
  const dates = new Map([['new', daysAgo(1)], ...(gone ? [] : [['old', daysAgo(days)] as const])]);
  const images = { imageId: newImage ? 'new' : 'old', newest: 'new', dates, newImage };
  const all = [snapshot('network', 'x'), snapshot('search', search), snapshot('web', 'old')];
  return checkAges(all, { ...images, locked: daysAgo(locked), now });
}

test.each([29, 30, 89, 400])('%d days: a warning from 30 on, never a refusal of what is there', (days) => {
  const [finding, ...others] = findings(days);
  expect(others).toEqual([]);
  expect(finding?.state).toBe(days < 30 ? 'good' : 'warning');
  if (days < 30) return;
  expect(finding?.text).toBe(`Debian 13 old (40 search, 60 web) is ${days} days old, and there is a newer one`);
  expect(finding?.fix).toMatch(/^bootdev promote --new-image /);
});

test('a stack that would begin with it is refused from 90 days on', () => {
  expect(findings(89, { search: '' })).toMatchObject([{ state: 'warning' }]);
  expect(findings(90, { search: '' })).toMatchObject([{ state: 'bad', fix: expect.stringContaining('--new-image') }]);
});

test('with --new-image all get the newest, and nothing is old', () => {
  expect(findings(400, { search: '', newImage: true })).toMatchObject([
    { state: 'good', text: 'Debian 13 new (the newest)' },
  ]);
});

test('the newest is not old, whatever its age', () => {
  const images = { imageId: 'new', newest: 'new', dates: new Map([['new', daysAgo(200)]]), newImage: false };
  expect(checkAges([snapshot('web')], { ...images, now })).toMatchObject([{ state: 'good' }]);
});

test('an image that is not offered any more is said: nothing can be started from it', () => {
  expect(findings(3, { gone: true })).toMatchObject([
    { state: 'warning', text: expect.stringContaining('not offered') },
  ]);
});

test('where the question was not allowed, nothing is said of an age', () => {
  const images = { imageId: 'old', newest: 'new', dates: undefined, newImage: false };
  expect(checkAges([snapshot('web', 'old')], { ...images, now })).toMatchObject([
    { state: 'good', text: 'Debian 13 old (the one in use)' },
  ]);
});

test('the same for packages of bootdev.lock', () => {
  const packages = (locked: number, search: string) =>
    findings(1, { locked, search }).flatMap(({ name, state }) => (name === 'packages' ? [state] : []));
  expect(packages(29, 'old')).toEqual([]);
  expect(packages(30, 'old')).toEqual(['warning']);
  expect(packages(400, 'old')).toEqual(['warning']);
  expect(packages(90, '')).toEqual(['bad']);
});
