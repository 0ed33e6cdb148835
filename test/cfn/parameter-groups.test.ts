/** my.cnf and memcached.conf against the parameter groups of 30-data, key by key, in both directions. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Engine, fileOnly, groupOnly, otherValue } from '../../src/parity/rows/accepted-differences.ts';
import { canonical } from '../../src/parity/sides/canonical.ts';
import { type Parameters, readMemcached, readMyCnf } from '../../src/parity/sides/files.ts';
import { type Resource, readTemplate } from './template.ts';

/** A value that both sides leave open, and the template's parameter for it. */
const filledBy: Record<string, string> = {
  '@DB_BUFFER_POOL_MB@M': 'DatabaseBufferPool',
  '@DB_MAX_CONNECTIONS@': 'DatabaseMaxConnections',
  '@DB_REDO_LOG_MB@M': 'DatabaseRedoLog',
  '@DB_PERFORMANCE_SCHEMA@': 'DatabasePerformanceSchema',
  '{{settings.database.queryCache}}M': 'DatabaseQueryCache',
};

const { Resources, Parameters: declared } = readTemplate('cfn/30-data.yaml');
const group = (holds: (resource: Resource) => boolean, property: string): Parameters => {
  const found = Object.values(Resources).find(holds);
  const set = (found?.Properties?.[property] ?? {}) as Record<string, string | number | { Ref: string }>;
  return new Map(
    Object.entries(set).map(([key, value]) => [key, typeof value === 'object' ? value.Ref : String(value)]),
  );
};
const ofFamily = (engine: string) =>
  group(
    ({ Type, Properties }) =>
      Type === 'AWS::RDS::DBParameterGroup' && JSON.stringify(Properties?.Family).includes(`"${engine}`),
    'Parameters',
  );
const read = (path: string) => readFileSync(`docker/${path}`, 'utf8');

const sides: Record<Engine, { file: Parameters; group: Parameters }> = {
  mysql: { file: readMyCnf(read('roles/mysql/root/etc/mysql/my.cnf')), group: ofFamily('mysql') },
  mariadb: { file: readMyCnf(read('roles/mariadb/root/etc/mysql/my.cnf')), group: ofFamily('mariadb') },
  memcached: {
    file: readMemcached(read('roles/memcached/root/etc/memcached.conf')),
    group: group(({ Type }) => Type === 'AWS::ElastiCache::ParameterGroup', 'Properties'),
  },
};

/** What is wrong between a file and its group: sentences. */
function faults(engine: Engine, file: Parameters, group: Parameters): string[] {
  return [...new Set([...file.keys(), ...group.keys()])].flatMap((key) => {
    const here = file.get(key);
    const there = group.get(key);
    if (here === undefined) return groupOnly[engine][key] ? [] : [`${key} is in the group alone`];
    if (there === undefined) return fileOnly[engine][key] ? [] : [`${key} is in the file alone`];
    if (fileOnly[engine][key]) return [`${key} is in both, and listed as in the file alone`];
    const other = otherValue[engine][key];
    if (other) {
      const asListed = canonical(here) === canonical(other.replica) && canonical(there) === canonical(other.aws);
      return asListed ? [] : [`${key} has not the values that it is listed with`];
    }
    const parameter = filledBy[here];
    if (parameter) return there === parameter ? [] : [`${key} is not filled by ${parameter}`];
    return canonical(here) === canonical(there) ? [] : [`${key} is ${here} in the file, ${there} in the group`];
  });
}

describe.each(['mysql', 'mariadb', 'memcached'] as const)('%s', (engine) => {
  const { file, group } = sides[engine];

  test('was read', () => {
    expect(file.size).toBeGreaterThan(5);
    expect(group.size).toBeGreaterThan(0);
  });

  test('file and parameter group have the same values, except for accepted differences', () => {
    expect(faults(engine, file, group)).toEqual([]);
  });

  test('no accepted difference is out of date', () => {
    expect(Object.keys(fileOnly[engine]).filter((key) => !file.has(key) || group.has(key))).toEqual([]);
    expect(Object.keys(groupOnly[engine]).filter((key) => file.has(key) || !group.has(key))).toEqual([]);
    expect(Object.keys(otherValue[engine]).filter((key) => !file.has(key) || !group.has(key))).toEqual([]);
  });

  test('a key added to one side, or another value, is found', () => {
    const added = [...group.keys()][0] as string;
    expect(faults(engine, new Map([...file, ['made_up', '1']]), group)).toEqual(['made_up is in the file alone']);
    expect(faults(engine, file, new Map([...group, ['made_up', '1']]))).toEqual(['made_up is in the group alone']);
    expect(faults(engine, file, new Map([...group, [added, 'another']]))).toHaveLength(1);
    expect(faults(engine, file, new Map([...group].slice(1)))).toEqual([`${added} is in the file alone`]);
  });
});

test('the value of both sides is a parameter of the template', () => {
  expect(Object.values(filledBy).filter((name) => !declared[name])).toEqual([]);
});
