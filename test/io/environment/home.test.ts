import { userInfo } from 'node:os';
import { isAbsolute } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { configFolder, home, stateFolder } from '../../../src/io/environment/home.ts';

afterEach(() => vi.unstubAllEnvs());

test('HOME, and where that is no folder of a user the one of passwd', () => {
  vi.stubEnv('HOME', '/home/ann');
  expect(home()).toBe('/home/ann');
  for (const none of ['', 'relative', '.']) {
    vi.stubEnv('HOME', none);
    expect(home()).toBe(userInfo().homedir);
  }
});

test('folders for settings and state; a relative one is none', () => {
  vi.stubEnv('HOME', '/home/ann');
  expect(configFolder({})).toBe('/home/ann/.config/bootdev');
  expect(stateFolder({})).toBe('/home/ann/.local/state/bootdev');
  expect(configFolder({ XDG_CONFIG_HOME: '/etc/mine' })).toBe('/etc/mine/bootdev');
  for (const XDG_STATE_HOME of ['', 'state', './state']) expect(isAbsolute(stateFolder({ XDG_STATE_HOME }))).toBe(true);
});
