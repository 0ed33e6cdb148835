/** For each row that a report without differences has: one difference planted on each side that the row shows, and that row alone is red. */
import { describe, expect, test } from 'vitest';
import type { ParityRow } from '../../src/events.ts';
import type { Kind } from '../../src/machines/table.ts';
import { compare } from '../../src/parity/compare.ts';
import type { Service } from '../../src/parity/rows/accepted-differences.ts';
import type { Found, Node, ReplicaMachine, Sides } from '../../src/parity/sides/sides.ts';
import { same } from './sides.ts';

type Side = 'replica' | 'aws';
type Part = ParityRow['part'];

/** Changes what the first machine or node that `which` is true of has said. */
function machine(
  side: Side,
  which: (each: ReplicaMachine | Node) => boolean,
  change: (found: Found) => Partial<Found>,
): Sides {
  const all: readonly (ReplicaMachine | Node)[] = side === 'replica' ? same.replica : same.aws.nodes;
  const first = all.find(which);
  if (!first?.found) throw new Error(`nothing on this side: ${side}`);
  const changed = all.map((each) =>
    each === first ? { ...each, found: { ...first.found, ...change(first.found as Found) } } : each,
  );
  return side === 'replica'
    ? { ...same, replica: changed as ReplicaMachine[] }
    : { ...same, aws: { ...same.aws, nodes: changed as Node[] } };
}
const ofKind = (kind: string) => (each: { kind: Kind }) => each.kind === kind;
const onAws = (change: Partial<Sides['aws']>): Sides => ({ ...same, aws: { ...same.aws, ...change } });

/** Another value of a service's key: in a machine's live files, or in what was read back. */
function parameter(side: Side, service: Service, key: string, value = 'other'): Sides {
  if (side === 'aws') {
    const values = new Map([...(same.aws.groups[service] ?? []), [key, value] as const]);
    return onAws({ groups: { ...same.aws.groups, [service]: values } });
  }
  const first = same.replica.find(({ kind }) => kind === service);
  const parameters = new Map([...(first?.parameters ?? []), [key, value] as const]);
  return { ...same, replica: same.replica.map((each) => (each === first ? { ...each, parameters } : each)) };
}

const groupKeys: Record<string, string> = {
  DB_BUFFER_POOL_MB: 'innodb_buffer_pool_size',
  DB_MAX_CONNECTIONS: 'max_connections',
};

/** By part, so that a new one does not compile without its planted difference. */
const plant: Record<Exclude<Part, 'accepted'>, (row: ParityRow, side: Side) => Sides> = {
  configuration: ({ name }, side) =>
    machine(
      side,
      (each) => name.split(' · ').includes('name' in each ? each.name : each.instance),
      () => ({ digest: 'other' }),
    ),
  release: ({ name }, side) => machine(side, ofKind(name), () => ({ release: 'other' })),
  parameters: ({ name }, side) => {
    const [service = '', key = ''] = name.split(/ (.*)/);
    return key === 'parameter group'
      ? onAws({ groupState: 'pending-reboot' })
      : parameter(side, service as Service, key);
  },
  cdn: ({ name }, side) => parameter(side, 'cdn', name),
  bucket: ({ name }, side) => parameter(side, 's3', name),
  capacity: ({ name }, side) => {
    const [kind = '', value = ''] = name.split(' ');
    const key = groupKeys[value];
    if (side === 'aws' && key) return parameter(side, 'mysql', key, '12345');
    return machine(side, ofKind(kind), ({ capacity }) => ({ capacity: { ...capacity, [value]: '12345' } }));
  },
  packages: ({ name }, side) => {
    const [kind = '', what = ''] = name.split(' ');
    if (what === 'series' && side === 'aws') return onAws({ databaseVersion: '8.4.1' });
    const other = what === 'series' ? 'mysql-server-core' : what;
    return machine(side, ofKind(kind), ({ packages }) =>
      what === 'architecture' ? { architecture: 's390x' } : { packages: new Map([...packages, [other, '0.1-1']]) },
    );
  },
};

const { rows } = compare(same);
/** The base system's packages may differ; a value by size is judged in its row of the capacity; a service is in rows of its own. */
const judged = ({ part, state, text }: ParityRow) =>
  part !== 'accepted' && !(state === 'size' && text === 'see capacity');
const planted = rows
  .filter(judged)
  .flatMap((row) =>
    (['replica', 'aws'] as const).map((side) => ({ row, side, title: `${row.part} ${row.name}, ${side}` })),
  )
  .filter(({ row, side }) => row[side] !== '' && !row[side].includes(': see '));

test('without a difference nothing is red, and every part is there', () => {
  expect(rows.filter(({ state }) => state === 'differs')).toEqual([]);
  const parts: Record<Part, true> = {
    ...{ configuration: true, release: true, parameters: true, cdn: true },
    ...{ bucket: true, capacity: true, packages: true, accepted: true },
  };
  expect(new Set(rows.map(({ part }) => part))).toEqual(new Set(Object.keys(parts)));
});

/** Packages that no role on a web machine installs (sides.ts: installed). */
const isBase = ({ name }: ParityRow) => /^web (?:openssl|mysql-server-core)$/.test(name);

describe.each([...new Set(planted.map(({ row }) => row.part))])('%s', (part) => {
  test.each(planted.filter(({ row }) => row.part === part))('$title', ({ row, side }) => {
    const after = compare(plant[row.part as keyof typeof plant](row, side)).rows;
    const red = after.filter(({ state }) => state === 'differs');
    if (isBase(row)) {
      expect(red).toEqual([]);
      expect(after.find(({ name }) => name === row.name)).toMatchObject({
        state: 'accepted',
        text: expect.any(String),
      });
      return;
    }
    expect(red.map(({ name }) => name)).toEqual([row.name]);
    expect(red[0]?.text).toMatch(/bootdev (?:up|promote|exec)|reboot it|promote from a computer/);
  });
});

test('every green row shows each side that it compared: what is read of AWS is in it, or in rows that are there', () => {
  const green = rows.filter(({ state }) => state === 'same');
  for (const { part, name, replica, aws } of green) {
    const [, where] = /: see (.*)$/.exec(aws) ?? [];
    if (where === undefined) expect([part, name, aws !== '' || replica !== '']).toEqual([part, name, true]);
    else expect([name, rows.some((row) => row.part === titled[where] && row.aws !== '')]).toEqual([name, true]);
  }
});
const titled: Record<string, Part> = {
  CDN: 'cdn',
  bucket: 'bucket',
  parameters: 'parameters',
  'accepted differences': 'accepted',
};

test('a side that is not there makes no row green', () => {
  const green = (sides: Sides) => compare(sides).rows.filter(({ state }) => state === 'same');
  const silent = same.replica.map(({ name, kind }) => ({ name, kind }));
  expect(green({ ...same, replica: silent })).toEqual([]);
  const nothing = onAws({ nodes: [], groups: {}, groupState: undefined, databaseVersion: undefined });
  // web-2 has no node beside it where the group has one alone: settings and replica are compared.
  const names = green(nothing)
    .filter(({ aws }) => !aws.includes(': see '))
    .map(({ name }) => name);
  expect(names).toEqual(['web-2']);
});
