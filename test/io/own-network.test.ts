import { describe, expect, test } from 'vitest';
import { isOwnAddress, lookupElsewhere } from '../../src/io/visit/own-network.ts';

describe('an address of this computer, or of its network', () => {
  test.each([
    ...['127.0.0.1', '10.1.2.3', '172.16.0.1', '172.31.9.9', '192.168.1.1', '169.254.169.254', '0.0.0.0', '100.64.0.1'],
    ...['::1', '[::1]', '::', 'fd00::1', 'fe80::1', '::ffff:127.0.0.1', '::ffff:10.0.0.1', '64:ff9b::7f00:1'],
  ])('%s', (address) => {
    expect(isOwnAddress(address)).toBe(true);
  });

  test.each(['8.8.8.8', '172.32.0.1', '2001:db8::1', '[2606:4700::1]', 'localhost', 'example.org'])(
    '%s is none',
    (address) => {
      expect(isOwnAddress(address)).toBe(false);
    },
  );
});

test('a name that leads there is refused when it is looked up', async () => {
  const error = await new Promise((resolve) => lookupElsewhere('localhost', {}, resolve));
  expect(error).toMatchObject({ message: "localhost leads to this computer's own network" });
});
