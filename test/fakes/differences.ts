/** What a change set of the fake would change. */
import { createOnlyOf } from './create-only.ts';
import type { FakeChange, FakeResource } from './stack-types.ts';
import type { resolveTemplate, Value } from './template-values.ts';

export function differences(
  deployed: ReadonlyMap<string, FakeResource>,
  desired: ReturnType<typeof resolveTemplate>['resources'],
): FakeChange[] {
  const changes: FakeChange[] = [];
  for (const [name, { type, properties, attributes, replacement }] of desired) {
    const now = deployed.get(name);
    if (!now) {
      changes.push({ Action: 'Add', LogicalResourceId: name, ResourceType: type, Details: [] });
      continue;
    }
    const details = [
      ...changed('Properties', now.properties, properties, createOnlyOf(type)),
      ...changed('', now.attributes, attributes, []),
    ];
    if (details.length === 0) continue;
    const replaced = details.some(({ Target }) => Target.RequiresRecreation === 'Always');
    changes.push({
      ...{ Action: 'Modify', LogicalResourceId: name, PhysicalResourceId: now.physical, ResourceType: type },
      Replacement: replaced ? 'True' : 'False',
      ...(replaced ? { PolicyAction: `ReplaceAnd${replacement}` } : {}),
      Details: details,
    });
  }
  for (const [name, { type, physical, deletion }] of deployed) {
    if (desired.has(name)) continue;
    changes.push({
      ...{ Action: 'Remove', LogicalResourceId: name, PhysicalResourceId: physical, ResourceType: type },
      ...{ PolicyAction: deletion, Details: [] },
    });
  }
  return changes;
}

function changed(attribute: string, before: Value, after: Value, replacing: string[]): FakeChange['Details'] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) => {
    const [old, now] = [text(before[name]), text(after[name])];
    if (old === now) return [];
    const nested = isPlain(before[name]) && isPlain(after[name]);
    const path = attribute ? `/${attribute}/${name}` : `/${name}`;
    if (nested && attribute)
      return changed(
        `${attribute}/${name}`,
        before[name],
        after[name],
        replacing.includes(name) ? Object.keys(after[name]) : [],
      );
    const Target = {
      ...{ Attribute: attribute.split('/')[0] || name, Name: name, Path: path },
      RequiresRecreation: replacing.includes(name) ? ('Always' as const) : ('Never' as const),
      ...(old === undefined ? {} : { BeforeValue: old }),
      ...(now === undefined ? {} : { AfterValue: now }),
    };
    return [{ Evaluation: 'Static' as const, Target }];
  });
}

const isPlain = (value: Value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: Value): string | undefined =>
  value === undefined || value === null ? undefined : typeof value === 'object' ? JSON.stringify(value) : String(value);
