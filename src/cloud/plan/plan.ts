/** Change sets of all stacks: what promote would do; nothing is changed yet. */
import { Interrupted, UserError } from '../../errors.ts';
import type { PlannedStack } from '../../events.ts';
import type { Cloudformation, Validation } from '../../io/aws/aws.ts';
import { type AccountFacts, type Assets, type Cloud, tagsOf } from '../cloud.ts';
import { cloudformationOf, hasResources, type StackSnapshot } from '../stacks/describe.ts';
import { makeParameters } from '../stacks/parameters.ts';
import {
  keptParameters,
  type ResolvedParameters,
  renameOutputs,
  resolveParameters,
} from '../stacks/resolve-parameters.ts';
import { type Stack, stacks } from '../stacks/stacks.ts';
import { readTemplate } from '../stacks/template.ts';
import { kindOf } from '../stacks/words.ts';
import { plannedChanges } from './changes.ts';

/** A stack on its way: described, given its parameters, and compared. */
export interface Step {
  snapshot: StackSnapshot;
  parameters: Record<string, string>;
  /** Waits to be executed. */
  changeSet?: string;
  planned: PlannedStack;
}

export interface Planning {
  assets: Assets;
  accountFacts: AccountFacts;
  /** What some stack gives, used or not, under the names that later stacks use. */
  outputNames: ReadonlySet<string>;
  /** Of this run: names its change sets. */
  run: string;
  /** Machines with data get Debian's newest image too. */
  newImage: boolean;
}

export async function planStacks(cloud: Cloud, all: readonly StackSnapshot[], planning: Planning): Promise<Step[]> {
  const resolved = resolveAll(cloud, all, planning);
  return Promise.all(
    all.map((snapshot, index) => planStack(cloud, snapshot, resolved[index] as ResolvedParameters, planning.run)),
  );
}

/** The difference of one stack; its change set stays unless there is nothing to change. */
export async function planStack(
  cloud: Cloud,
  snapshot: StackSnapshot,
  { parameters, missing }: ResolvedParameters,
  run: string,
): Promise<Step> {
  const { stack, name, template, info, deployedTemplate } = snapshot;
  const base = { name: stack.title, stack: name };
  if (missing.length > 0) return { snapshot, parameters, planned: { ...base, ...later(snapshot, missing) } };
  if (info && deployedTemplate === template.body && same(parameters, info.parameters) && !/FAILED/.test(info.status))
    return { snapshot, parameters, planned: { ...base, state: 'same', changes: [] } };

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
  const made = await cfn.waitForChangeSet(name, changeSet);
  const isEmpty =
    made.status === 'FAILED' && /didn't contain changes|No updates are to be performed/i.test(made.reason);
  const validations = isEmpty ? [] : await validationsOf(cfn, name, changeSet);
  if (made.status === 'FAILED') {
    const fatal = validations.filter(({ fatal }) => fatal).map(validationInWords);
    if (!isEmpty) throw refusal(stack, fatal.join('\n  ') || made.reason);
    await cfn.deleteChangeSet(name, changeSet);
    return { snapshot, parameters, planned: { ...base, state: 'same', changes: [] } };
  }
  const text = differences(parameters, info?.parameters ?? {});
  const warnings = validations.map(validationInWords);
  return {
    snapshot,
    parameters,
    changeSet,
    planned: {
      ...base,
      state: create ? 'create' : 'update',
      changes: plannedChanges(made.changes),
      ...(text && !create ? { text } : {}),
      ...(warnings.length > 0 ? { warnings } : {}),
    },
  };
}

/** Who may not ask is told when the stack is made. */
const validationsOf = (cfn: Cloudformation, name: string, changeSet: string): Promise<Validation[]> =>
  cfn.validations(name, changeSet).catch((error) => {
    if (error instanceof Interrupted) throw error;
    return []; // a right that is missing, an emulator without this call: what is wrong is said when the stack is made
  });

/** 'VPC Vpc, CidrBlock: …' */
function validationInWords({ resource, type, path, reason }: Validation): string {
  const property = path.replace(/^\/?Resources\/[^/]+\/?(?:Properties\/)?/, '').replaceAll('/', '.');
  return `${[`${kindOf(type)} ${resource}`, property].filter(Boolean).join(', ')}: ${reason}`;
}

const refusal = ({ title, file }: Stack, reason: string) =>
  new UserError(`${title}: AWS refuses the change: ${reason}`, {
    hint: `the template is cfn/${file}; its parameters come from bootdev.yaml`,
  });

/** Parameters of every stack, as far as they can be known now. */
function resolveAll(cloud: Cloud, all: readonly StackSnapshot[], planning: Planning): ResolvedParameters[] {
  const outputs: Record<string, string> = {};
  const pending = new Set<string>();
  return all.map((snapshot) => {
    const { stack, template, info, deployedTemplate } = snapshot;
    const resolved = resolveParameters(stack, template, {
      own: ownParameters(cloud, snapshot, planning),
      outputs,
      pending,
      kept: keptParameters(info?.parameters, planning.outputNames),
    });
    Object.assign(outputs, renameOutputs(stack, info && deployedTemplate !== undefined ? info.outputs : {}));
    const unchanged =
      deployedTemplate === template.body &&
      resolved.missing.length === 0 &&
      same(resolved.parameters, info?.parameters ?? {});
    // An output that the deployed template has and the stack does not depends on a condition; if that changes, apply() finds out.
    const known = deployedTemplate === undefined ? [] : readTemplate(deployedTemplate).outputs;
    const coming = unchanged ? [] : template.outputs.filter((name) => !known.includes(name));
    for (const name of coming) pending.add(stack.renames?.[name] ?? name);
    return resolved;
  });
}

export const outputNamesOf = ({ templates }: Pick<Cloud, 'templates'>): Set<string> =>
  new Set(
    stacks.flatMap(({ file, renames = {} }) =>
      readTemplate(templates.get(file) ?? '{}').outputs.map((name) => renames[name] ?? name),
    ),
  );

/** The parameters that no output gives; those that a stack keeps are as they are there. */
export function ownParameters(
  cloud: Cloud,
  { stack, info }: StackSnapshot,
  { assets, accountFacts, newImage }: Planning,
): Record<string, string> {
  const { settings, environment } = cloud;
  const all = makeParameters({ settings, environment, ...assets, ...accountFacts });
  const kept = (stack.keeps ?? [])
    .filter((name) => !(newImage && name === 'ImageId'))
    .flatMap((name) => (info?.parameters[name] ? [[name, info.parameters[name]]] : []));
  return { ...all, ...Object.fromEntries(kept) };
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

/** From the template: what the stack builds on does not exist, so AWS cannot compare it yet. */
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
