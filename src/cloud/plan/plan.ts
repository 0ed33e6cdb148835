/** Change sets of all stacks: what would be done, and nothing done. */
import { setTimeout } from 'node:timers/promises';
import { UserError } from '../../errors.ts';
import type { PlannedStack } from '../../events.ts';
import type { ChangeSet } from '../../io/aws/aws.ts';
import { type AccountFacts, type Assets, type Cloud, tagsOf } from '../cloud.ts';
import { cloudformationOf, hasResources, type StackSnapshot } from '../stacks/describe.ts';
import { makeParameters } from '../stacks/parameters.ts';
import { type ResolvedParameters, renamed, resolveParameters } from '../stacks/resolve-parameters.ts';
import type { Stack } from '../stacks/stacks.ts';
import { readTemplate } from '../stacks/template.ts';
import { kindOf } from '../stacks/words.ts';
import { plannedChanges } from './changes.ts';

/** A stack on its way: seen, given its parameters, and compared. */
export interface Step {
  seen: StackSnapshot;
  parameters: Record<string, string>;
  /** Waits to be executed. */
  changeSet?: string;
  planned: PlannedStack;
}

export interface Planning {
  assets: Assets;
  facts: AccountFacts;
  /** Of this run: names its change sets. */
  run: string;
}

export async function planStacks(cloud: Cloud, all: readonly StackSnapshot[], planning: Planning): Promise<Step[]> {
  const resolved = wireAll(cloud, all, planning);
  return Promise.all(
    all.map((seen, index) => planStack(cloud, seen, resolved[index] as ResolvedParameters, planning.run)),
  );
}

/** The difference of one stack; its change set stays, unless there is nothing to change. */
export async function planStack(
  cloud: Cloud,
  seen: StackSnapshot,
  { parameters, missing }: ResolvedParameters,
  run: string,
): Promise<Step> {
  const { stack, name, template, info, deployedTemplate } = seen;
  const base = { name: stack.title, stack: name };
  if (missing.length > 0) return { seen, parameters, planned: { ...base, ...later(seen, missing) } };
  if (info && deployedTemplate === template.body && same(parameters, info.parameters) && !/FAILED/.test(info.status))
    return { seen, parameters, planned: { ...base, state: 'same', changes: [] } };

  const cfn = await cloudformationOf(cloud, stack);
  const create = !info || !hasResources(info);
  const changeSet = `bootdev-${run}`;
  const tags = tagsOf(cloud);
  try {
    await cfn.createChangeSet({ stack: name, name: changeSet, create, body: template.body, parameters, tags });
  } catch (error) {
    if (!/^(?:ValidationError|LimitExceededException|InsufficientCapabilitiesException)$/.test((error as Error).name))
      throw error;
    throw refusal(stack, (error as Error).message);
  }
  const made = await whenReady(cloud, seen, changeSet);
  if (made.status === 'FAILED') {
    if (!/didn't contain changes|No updates are to be performed/i.test(made.reason)) {
      throw refusal(stack, made.reason);
    }
    await cfn.deleteChangeSet(name, changeSet);
    return { seen, parameters, planned: { ...base, state: 'same', changes: [] } };
  }
  const text = differences(parameters, info?.parameters ?? {});
  return {
    seen,
    parameters,
    changeSet,
    planned: {
      ...base,
      state: create ? 'create' : 'update',
      changes: plannedChanges(made.changes),
      ...(text && !create ? { text } : {}),
    },
  };
}

const refusal = ({ title, file }: Stack, reason: string) =>
  new UserError(`${title}: AWS refuses the change: ${reason}`, {
    hint: `the template is cfn/${file}; its parameters come from bootdev.yaml`,
  });

async function whenReady(cloud: Cloud, { stack, name }: StackSnapshot, changeSet: string): Promise<ChangeSet> {
  const cfn = await cloudformationOf(cloud, stack);
  for (let pause = 100; ; pause = Math.min(pause * 1.5, 2_000)) {
    const found = await cfn.changeSet(name, changeSet);
    if (!/PENDING|IN_PROGRESS/.test(found.status)) return found;
    await setTimeout(pause, undefined, { signal: cloud.signal });
  }
}

/** Parameters of every stack, as far as they can be known now. */
function wireAll(cloud: Cloud, all: readonly StackSnapshot[], planning: Planning): ResolvedParameters[] {
  const outputs: Record<string, string> = {};
  const pending = new Set<string>();
  return all.map((seen) => {
    const { stack, template, info, deployedTemplate } = seen;
    const resolved = resolveParameters(stack, template, { own: own(cloud, seen, planning), outputs, pending });
    Object.assign(outputs, renamed(stack, info && deployedTemplate !== undefined ? info.outputs : {}));
    const unchanged =
      deployedTemplate === template.body &&
      resolved.missing.length === 0 &&
      same(resolved.parameters, info?.parameters ?? {});
    // One that the template in force has, and the stack has not, hangs on a condition; should that change, apply() sees it.
    const known = deployedTemplate === undefined ? [] : readTemplate(deployedTemplate).outputs;
    const coming = unchanged ? [] : template.outputs.filter((name) => !known.includes(name));
    for (const name of coming) pending.add(stack.renames?.[name] ?? name);
    return resolved;
  });
}

/** What no output gives; machines that would lose their place by a new image keep the one they have. */
export function own(cloud: Cloud, { stack, info }: StackSnapshot, { assets, facts }: Planning): Record<string, string> {
  const { settings, environment } = cloud;
  const all = makeParameters({ settings, environment, ...assets, ...facts });
  const kept = stack.keepsImage ? info?.parameters.ImageId : undefined;
  return kept ? { ...all, ImageId: kept } : all;
}

function same(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

/** 'WebBundle 77aa01d2 → 3f9c2e71' */
function differences(now: Readonly<Record<string, string>>, before: Readonly<Record<string, string>>): string {
  const brief = (value: string | undefined) =>
    value && /^[0-9a-f]{64}$/.test(value) ? value.slice(0, 8) : value || '-';
  return Object.keys(now)
    .filter((name) => now[name] !== before[name])
    .map((name) => `${name} ${brief(before[name])} → ${brief(now[name])}`)
    .join(' · ');
}

/** From the template: what it builds on is not there, so that AWS cannot compare yet. */
function later(
  { template, info }: StackSnapshot,
  missing: readonly string[],
): Pick<PlannedStack, 'state' | 'changes' | 'text'> {
  if (info && hasResources(info)) {
    return { state: 'later', changes: [], text: `compared when ${missing.join(', ')} is known` };
  }
  const conditional = [...template.resources.values()].filter((resource) => resource.conditional).length;
  return {
    state: 'later',
    changes: [...template.resources].map(([resource, { type }]) => ({
      ...{ resource, kind: kindOf(type), sign: '+' as const, details: [] },
    })),
    text: `from the template${conditional ? `; ${conditional} of them depend on settings` : ''}`,
  };
}
