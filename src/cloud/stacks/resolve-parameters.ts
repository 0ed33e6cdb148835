/**
 * Parameters of a stack, by name: our own values, then outputs of earlier stacks, then what a person has set in the stack itself (the
 * aws command, the console), then the template's default. Pure.
 */
import type { Stack } from './stacks.ts';
import type { Template } from './template.ts';

export interface ParameterSources {
  /** From settings, preflight and digests. */
  own: Readonly<Record<string, string>>;
  /** Of earlier stacks, as they are now. */
  outputs: Readonly<Record<string, string>>;
  /** Outputs that earlier stacks will have once they are created or changed. */
  pending: ReadonlySet<string>;
  /** What the stack has now, and nothing of ours gives. */
  kept?: Readonly<Record<string, string>>;
}

export interface ResolvedParameters {
  parameters: Record<string, string>;
  /** Names whose value is not known before an earlier stack exists. */
  missing: string[];
}

export function resolveParameters(
  { file }: Stack,
  template: Template,
  { own, outputs, pending, kept = {} }: ParameterSources,
): ResolvedParameters {
  const parameters: Record<string, string> = {};
  const missing: string[] = [];
  for (const [name, fallback] of template.parameters) {
    const value = own[name] ?? outputs[name];
    if (value !== undefined) parameters[name] = value;
    else if (pending.has(name)) missing.push(name);
    else if (kept[name] !== undefined) parameters[name] = kept[name];
    else if (fallback !== undefined) parameters[name] = fallback;
    else throw new Error(`cfn/${file}: the parameter ${name} has no value`);
  }
  return { parameters, missing };
}

/** A stack's outputs under the names that later stacks use. */
export function renameOutputs(
  { renames = {} }: Stack,
  outputs: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [renames[name] ?? name, value]));
}

/** A stack's parameters that no stack gives as an output: one that is gone (a domain was taken away) is not what a person has set. */
export function keptParameters(
  parameters: Readonly<Record<string, string>> = {},
  given: ReadonlySet<string>,
): Record<string, string> {
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => !given.has(name)));
}
