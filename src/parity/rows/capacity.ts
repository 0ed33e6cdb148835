/** What depends on a machine's size: one formula for each side's size, and every machine must have the formula's value. */
import type { ParityRow } from '../../events.ts';
import type { Size } from '../../machines/capacity.ts';
import type { Kind } from '../../machines/table.ts';
import type { CapacityName } from '../../machines/target.ts';
import { canonical } from '../sides/canonical.ts';
import type { Capacity, Sides } from '../sides/sides.ts';
import { bySize } from './accepted-differences.ts';

interface Side {
  size: Size | undefined;
  /** The formula's value. */
  formula: string | undefined;
  /** What each machine has. */
  found: string[];
}

export function capacityRows(sides: Sides): ParityRow[] {
  const { desired, replica, aws } = sides;
  return [...desired.capacity].flatMap(([kind, formulas]) =>
    (Object.keys(formulas) as CapacityName[]).flatMap((name) => {
      const here = {
        size: desired.sizes.get(kind),
        formula: formulas[name],
        found: replica.flatMap((each) =>
          each.kind === kind && each.found ? [valueIn(each.found.capacity, name)] : [],
        ),
      };
      const nodes = (aws?.nodes ?? []).filter((node) => node.kind === kind);
      const there = aws && {
        size: aws.sizes.get(kind),
        formula: aws.capacity.get(kind)?.[name],
        found: [
          ...nodes.flatMap(({ found }) => (found ? [valueIn(found.capacity, name)] : [])),
          ...ofGroup(sides, kind, name),
        ],
      };
      return here.found.length || there?.found.length ? [row(`${kind} ${name}`, here, there)] : [];
    }),
  );
}

const valueIn = (capacity: Capacity, name: CapacityName) => capacity[name] ?? '-';

function row(name: string, here: Side, there: Side | undefined): ParityRow {
  const wrong = [
    ...here.found
      .filter((value) => value !== here.formula)
      .map((value) => `replica: ${value}, not ${here.formula}: bootdev up`),
    ...(there?.found ?? [])
      .filter((value) => value !== there?.formula)
      .map((value) => `AWS: ${value}, not ${there?.formula}: bootdev promote`),
    // Nothing was compared.
    ...(here.found.length === 0 ? ['no machine of the replica answers: bootdev up'] : []),
  ];
  const values = [...new Set(there?.found)];
  const sameValue = !there || (values.length === 1 && values[0] === here.formula);
  const sizes = [here.size, there?.size].map(sizeText).filter(Boolean).join(' | ');
  const text = wrong.length > 0 ? `not the value of the formula. ${wrong.join('; ')} (${sizes})` : sizes;
  return {
    part: 'capacity',
    name,
    settings: '',
    replica: [...new Set(here.found)].join(' '),
    aws: values.join(' '),
    state: wrong.length > 0 ? 'differs' : sameValue ? 'same' : 'size',
    ...(wrong.length > 0 || !sameValue ? { text } : {}),
  };
}

/** The parameter group's value in the capacity value's own unit. */
function ofGroup({ aws }: Sides, kind: Kind, name: CapacityName): string[] {
  if (kind !== 'mysql' && kind !== 'mariadb') return [];
  const group = aws?.groups[kind];
  const [key = ''] = Object.entries(bySize).find(([each, value]) => value === name && group?.has(each)) ?? [];
  const value = group?.get(key);
  if (!value) return [];
  // A formula ({DBInstanceClassMemory*3/4}) is not ours: somebody has set it by hand.
  if (value.includes('{') || !name.endsWith('_MB')) return [value];
  return [String(Number(canonical(value)) / 2 ** 20)];
}

const sizeText = (size: Size | undefined) => (size ? `${size.memory} MB, ${size.cpus} CPUs` : '');
