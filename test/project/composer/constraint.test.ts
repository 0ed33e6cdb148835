import { expect, test } from 'vitest';
import { canMeet } from '../../../src/project/composer/constraint.ts';

test.each([
  ...[
    '*',
    '',
    '>=7.2.5',
    '^8.1',
    '~8.1',
    '^8',
    '8.*',
    '8.4.*',
    '>=8.1 <8.5',
    '>= 8.1, < 8.5',
    '^7.4 || ^8.0',
    '^7.4|^8.0',
  ],
  ...[
    '8.1 - 8.4',
    '8.3.0 - 8.4.5',
    '~8.4.1',
    '>8.3',
    '>8.4',
    '<=8.4',
    '!=8.4.0',
    '^8.1@stable',
    'v8.4.*',
    'dev-main',
    '<8.4.1',
  ],
])('%j can be met by 8.4', (constraint) => expect(canMeet(constraint, '8.4')).toBe(true));

test.each([
  ...[
    '^7.4',
    '~7.4.0',
    '~8.3.0',
    '<8.4',
    '>=7.2 <8.4',
    '>=7.2,<8.4',
    '7.4.*',
    '8.3.*',
    '^5.6 || ^7.0',
    '7.1 - 8.3',
    '8.5.*',
  ],
  ...['>=8.5', '^8.5', '>8.4.99 <8.4.3', '7.2', '5.3.*|7.*', '^9', '<=8.3', '~7', '==8.3.1', '7.4 - 8.3.9', '< 8.4'],
])('%j cannot', (constraint) => expect(canMeet(constraint, '8.4')).toBe(false));

test('what is longer than anybody writes is not looked at', () => {
  expect(canMeet(`^7.4${' '.repeat(600)}`, '8.4')).toBe(true);
});
