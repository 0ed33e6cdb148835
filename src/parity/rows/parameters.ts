/** Managed services in place of a machine: the machine's file, key by key, against the parameter group read back. */
import type { ParityRow } from '../../events.ts';
import { canonical } from '../sides/canonical.ts';
import type { Parameters } from '../sides/files.ts';
import type { Sides } from '../sides/sides.ts';
import { bySize, type Engine, fileOnly, groupOnly, otherValue } from './accepted-differences.ts';

const engines: readonly Engine[] = ['mysql', 'mariadb', 'memcached'];

export function parameterRows(sides: Sides): ParityRow[] {
  return engines.flatMap((engine) => {
    const file = sides.desired.parameters[engine];
    return file ? ofEngine(engine, file, sides) : [];
  });
}

function ofEngine(engine: Engine, file: Parameters, { replica, aws }: Sides): ParityRow[] {
  const live = replica.flatMap(({ kind, parameters }) => (kind === engine && parameters ? [parameters] : []));
  const group = aws ? (aws.groups[engine] ?? new Map<string, string>()) : undefined;
  const keys = new Set([file, ...live, ...(group ? [group] : [])].flatMap((each) => [...each.keys()]));
  const rows = [...keys].map((key) => keyRow(engine, key, file.get(key), values(live, key), group));
  return group && engine !== 'memcached' ? [...rows, ...stateRow(engine, aws?.groupState)] : rows;
}

/** The machines' values of a key; one entry where they are equal. */
const values = (live: readonly Parameters[], key: string) => [...new Set(live.map((each) => each.get(key) ?? '-'))];

function keyRow(
  engine: Engine,
  key: string,
  desired: string | undefined,
  here: string[],
  group?: Parameters,
): ParityRow {
  const there = group?.get(key);
  const row = {
    part: 'parameters' as const,
    name: `${engine} ${key}`,
    settings: desired ?? '',
    replica: here.join(' '),
    aws: there ?? '',
  };
  const differs = (text: string): ParityRow => ({ ...row, state: 'differs', text });
  const other = otherValue[engine][key];
  if (here.some((value) => canonical(value) !== canonical(desired ?? '-')))
    return differs("the replica's live file is not what the settings ask for: bootdev up");
  if (!group) return { ...row, state: 'same', minor: true };
  if (desired === undefined) {
    const reason = groupOnly[engine][key];
    return reason
      ? { ...row, state: 'accepted', text: reason }
      : differs('the parameter group has it, the file does not');
  }
  if (there === undefined) {
    const reason = fileOnly[engine][key];
    return reason ? { ...row, state: 'accepted', text: reason } : differs('the parameter group does not have it');
  }
  if (key in bySize) return { ...row, state: 'size', text: 'see capacity' };
  if (other) {
    const asAccepted = canonical(desired) === canonical(other.replica) && canonical(there) === canonical(other.aws);
    if (asAccepted) return { ...row, state: 'accepted', text: other.reason };
    return differs(`expected ${other.replica} here and ${other.aws} on AWS (${other.reason})`);
  }
  if (canonical(desired) !== canonical(there)) return differs('the parameter group has another value');
  return { ...row, state: 'same', minor: true };
}

function stateRow(engine: Engine, state: string | undefined): ParityRow[] {
  if (state === undefined) return [];
  const row = {
    part: 'parameters' as const,
    name: `${engine} parameter group`,
    settings: 'in-sync',
    replica: '',
    aws: state,
  };
  if (state === 'in-sync') return [{ ...row, state: 'same' }];
  return [{ ...row, state: 'differs', text: 'the database does not use its parameter group yet: reboot it' }];
}
