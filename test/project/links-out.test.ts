import { expect, test } from 'vitest';
import { leadingOut } from '../../src/project/release/links-out.ts';

const links = (all: Record<string, string>) => leadingOut(new Map(Object.entries(all)));

test.each([
  [{ a: 'b' }, []],
  [{ 'web/a': '../lib/b' }, []],
  [{ uploads: '/srv/files/public' }, []],
  [{ a: '/srv/code/current/lib' }, []],
  [{ a: '/run/secrets/app/db-password' }, ['a']],
  [{ a: '/etc' }, ['a']],
  [{ a: '..' }, ['a']],
  [{ 'web/a': '../../x' }, ['web/a']],
  [{ a: '/srv/files/../../etc' }, ['a']],
  [{ a: '/srv/filesystem' }, ['a']],
  // x/../../.. seems to stay in: x is deep, and what is above it is not.
  [{ 'a/b/x': '../..', y: 'a/b/x/../../etc' }, ['y']],
  [{ a: 'b', b: '/etc/passwd' }, ['a', 'b']],
  [{ a: 'b', b: 'a' }, ['a', 'b']],
])('%j: %j are left out', (all, expected) => {
  expect([...links(all)]).toEqual(expected);
});
