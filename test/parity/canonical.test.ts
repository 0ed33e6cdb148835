import { expect, test } from 'vitest';
import { canonical, canonicalKey } from '../../src/parity/sides/canonical.ts';
import { readMemcached, readMyCnf } from '../../src/parity/sides/files.ts';

test.each([
  ['ON', '1'],
  ['off', 'FALSE'],
  ['64M', '67108864'],
  ['2m', '2097152'],
  ['16MB', '16M'],
  ['1G', '1024M'],
  ['1', '1.000000'],
  ['READ-COMMITTED', 'read-committed'],
  ['STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION', 'no_engine_substitution,strict_trans_tables'],
])('%s is the same as %s', (one, other) => expect(canonical(one)).toBe(canonical(other)));

test.each([
  ['1', '0'],
  ['64M', '64'],
  ['64M', '64G'],
  ['a,b', 'a,b,c'],
  ['', '0'],
])('%s is not the same as %s', (one, other) => expect(canonical(one)).not.toBe(canonical(other)));

test('a key is the same key, however it is spelled', () => {
  expect(['loose-innodb-numa-interleave', 'INNODB_NUMA_INTERLEAVE'].map(canonicalKey)).toEqual([
    'innodb_numa_interleave',
    'innodb_numa_interleave',
  ]);
});

test('files as keys and values', () => {
  expect([...readMyCnf('# a comment\n[mysqld]\n\nsocket = /run/x.sock\ndisable-log-bin\n#off = 1\n')]).toEqual([
    ['socket', '/run/x.sock'],
    ['disable_log_bin', ''],
  ]);
  expect([...readMemcached('# one a line\n--user=memcache\n--udp-port=0\n')]).toEqual([
    ['user', 'memcache'],
    ['udp_port', '0'],
  ]);
});
