import { expect, test } from 'vitest';
import { checkEnvironmentName } from '../../src/project/environment.ts';

test.each(['local', 'production', 'x', 'pr12', 'abcdefghijkl'])('%s is valid', (name) => {
  expect(() => checkEnvironmentName(name)).not.toThrow();
});

test.each(['', '1a', 'Staging', 'my-env', '../x', 'a b', 'abcdefghijklm', 'x\n', 'rehearsal', 'packages'])(
  '%j is not valid',
  (name) => {
    expect(() => checkEnvironmentName(name)).toThrow(expect.objectContaining({ code: 2 }));
  },
);
