import { describe, expect, it } from 'vitest';
import { fromHere } from '../../src/commands/here.ts';

const say = fromHere({ folder: '../my shop' }, ['up', 'down', 'logs', 'config']);

describe('a command to type next keeps -C', () => {
  it.each([
    ['bootdev up', "bootdev up -C '../my shop'"],
    ['bootdev logs web-1, then: bootdev up', "bootdev logs -C '../my shop' web-1, then: bootdev up -C '../my shop'"],
    ['stopped by hand: bootdev up starts it', "stopped by hand: bootdev up -C '../my shop' starts it"],
    ["bootdev -C '../my shop' down --yes", "bootdev -C '../my shop' down --yes"],
    ['bootdev down -C elsewhere', 'bootdev down -C elsewhere'],
    ['bootdev upgrades itself, bootdev config-file', 'bootdev upgrades itself, bootdev config-file'],
    ['docker compose up', 'docker compose up'],
  ])('%s', (text, expected) => expect(say(text)).toBe(expected));

  it('in events, but for what a machine says', () => {
    expect(say({ type: 'ready', urls: [], next: ['bootdev up'], seconds: 1 })).toEqual({
      ...{ type: 'ready', urls: [], seconds: 1 },
      next: ["bootdev up -C '../my shop'"],
    });
    const log = { type: 'log', source: 'web-1', line: 'bootdev up' };
    expect(say(log)).toBe(log);
  });

  it('and nothing changes without it', () =>
    expect(fromHere({ folder: '.' }, ['up'])('bootdev up')).toBe('bootdev up'));
});

describe('a command of an environment on AWS keeps --env, any other does not', () => {
  const staging = fromHere({ folder: '.', env: 'staging' }, ['up', 'promote'], ['promote']);
  it.each([
    ['bootdev up, then: bootdev promote', 'bootdev up, then: bootdev promote --env staging'],
    ['bootdev promote --cancel', 'bootdev promote --env staging --cancel'],
    ['bootdev --env staging promote --yes', 'bootdev --env staging promote --yes'],
    ['bootdev promote --env test', 'bootdev promote --env test'],
  ])('%s', (text, expected) => expect(staging(text)).toBe(expected));

  it('after -C', () => {
    const say = fromHere({ folder: 'shop', env: 'staging' }, ['up', 'promote'], ['promote']);
    expect(say('bootdev promote --watch')).toBe('bootdev promote -C shop --env staging --watch');
  });
});
