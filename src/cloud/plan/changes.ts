/** A change set's entries as a person reads them: loss of data first, then deletions and replacements, then the rest. Pure. */
import type { PlannedChange } from '../../events.ts';
import type { PropertyChange, ResourceChange } from '../../io/aws/aws.ts';
import { isData, kindOf } from '../stacks/words.ts';

const order = ['-', '±', '~', '+'];

export function plannedChanges(changes: readonly ResourceChange[]): PlannedChange[] {
  return changes
    .map(plannedChange)
    .sort((a, b) => Number(!a.data) - Number(!b.data) || order.indexOf(a.sign) - order.indexOf(b.sign));
}

function plannedChange(change: ResourceChange): PlannedChange {
  const sign = signOf(change);
  const data = dataOf(change, sign);
  return {
    resource: change.resource,
    kind: kindOf(change.type),
    sign,
    details: sign === '~' || sign === '±' ? change.properties.flatMap(detailsOf) : [],
    ...(data ? { data } : {}),
  };
}

function signOf({ action, replacement }: ResourceChange): PlannedChange['sign'] {
  if (action === 'Add' || action === 'Import') return '+';
  if (action === 'Remove') return '-';
  return replacement === 'False' ? '~' : '±';
}

function dataOf({ type, policy, replacement }: ResourceChange, sign: PlannedChange['sign']): string | undefined {
  if (!isData(type) || sign === '+' || sign === '~') return undefined;
  const fate = /Retain$/.test(policy)
    ? 'the old one stays in the account, outside the stack'
    : /Snapshot$/.test(policy)
      ? 'a snapshot of it stays'
      : 'its data is lost';
  if (sign === '-') return `is deleted: ${fate}`;
  return `${replacement === 'Conditional' ? 'may be' : 'is'} replaced by an empty one: ${fate}`;
}

function detailsOf({ path, before, after, attribute }: PropertyChange): PlannedChange['details'] {
  const name = path.replace(/^\/Properties\//, '').replaceAll('/', '.') || attribute;
  if (/UserData$/.test(name) && before !== undefined && after !== undefined) return linesOf(before, after);
  return [{ name, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }];
}

/** Of a script, only the NAME=value lines that differ. */
function linesOf(before: string, after: string): PlannedChange['details'] {
  const [old, now] = [decoded(before), decoded(after)].map(
    (text) =>
      new Map([...text.matchAll(/^\s*([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value])),
  ) as [Map<string, string>, Map<string, string>];
  const details = [...now]
    .filter(([name, value]) => old.get(name) !== value)
    .map(([name, value]) => ({ name, after: value, ...(old.has(name) ? { before: old.get(name) as string } : {}) }));
  return details.length > 0 ? details : [{ name: 'boot script' }];
}

const decoded = (text: string) =>
  /^[A-Za-z0-9+/\s]+=*$/.test(text) ? Buffer.from(text, 'base64').toString('utf8') : text;
