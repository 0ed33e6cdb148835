import { templateData } from '../../src/cloud/stacks/template.ts';
import { ApiError } from './api-error.ts';

/** Parameters.member.1.ParameterKey=… */
export function members(input: URLSearchParams, list: string, key: string, value: string): Record<string, string> {
  const all: Record<string, string> = {};
  for (let index = 1; input.has(`${list}.member.${index}.${key}`); index++)
    all[input.get(`${list}.member.${index}.${key}`) ?? ''] = input.get(`${list}.member.${index}.${value}`) ?? '';
  return all;
}

/** All parameters of a template, checked like CloudFormation: none missing, none unknown, each as its pattern or list allows. */
export function withDefaults(body: string, given: Record<string, string>): Record<string, string> {
  const { Parameters = {} } = templateData(body);
  const unknown = Object.keys(given).filter((name) => !(name in Parameters));
  if (unknown.length > 0)
    throw new ApiError('ValidationError', `Parameters: [${unknown.join(', ')}] do not exist in the template`);
  const all: Record<string, string> = {};
  for (const [name, { Default, AllowedPattern, AllowedValues, MinValue, MaxValue }] of Object.entries<{
    Default?: unknown;
    AllowedPattern?: string;
    AllowedValues?: unknown[];
    MinValue?: number;
    MaxValue?: number;
  }>(Parameters)) {
    const value = given[name] ?? (Default === undefined ? undefined : String(Default));
    if (value === undefined) throw new ApiError('ValidationError', `Parameters: [${name}] must have values`);
    const wrong =
      (AllowedPattern !== undefined && !new RegExp(`^(?:${AllowedPattern})$`).test(value)) ||
      (AllowedValues !== undefined && !AllowedValues.map(String).includes(value)) ||
      (MinValue !== undefined && Number(value) < MinValue) ||
      (MaxValue !== undefined && Number(value) > MaxValue);
    if (wrong) throw new ApiError('ValidationError', `Parameter '${name}' must satisfy its constraints, not ${value}`);
    all[name] = value;
  }
  return all;
}
