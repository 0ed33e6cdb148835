/** CloudFormation's YAML as plain objects: the short tags (!Ref, !Sub …) become their long form. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type CollectionTag, parse, type ScalarTag } from 'yaml';

export interface Resource {
  Type: string;
  Properties?: Record<string, unknown>;
}

export interface Template {
  /** 30-data */
  name: string;
  Parameters: Record<string, { Type: string; Default?: string | number }>;
  Resources: Record<string, Resource>;
  Outputs: Record<string, { Value: unknown }>;
}

const functions = ['Sub', 'GetAtt', 'Select', 'Split', 'Join', 'If', 'Equals', 'And', 'Or', 'Not', 'Cidr', 'GetAZs'];
const more = ['Base64', 'FindInMap', 'ImportValue', 'Transform', 'Length', 'ToJsonString', 'ForEach'];

const named = (name: string) => (name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`);
const tags = ['Ref', 'Condition', ...functions, ...more].flatMap((name): (CollectionTag | ScalarTag)[] => [
  { tag: `!${name}`, resolve: (value: string) => ({ [named(name)]: value }) },
  {
    tag: `!${name}`,
    collection: 'seq',
    resolve: (value) => ({ [named(name)]: (value as unknown as { toJSON: () => unknown }).toJSON() }),
  },
  {
    tag: `!${name}`,
    collection: 'map',
    resolve: (value) => ({ [named(name)]: (value as unknown as { toJSON: () => unknown }).toJSON() }),
  },
]);

export function readTemplate(file: string): Template {
  const { Parameters = {}, Outputs = {}, Resources } = parse(readFileSync(file, 'utf8'), { customTags: tags });
  return { name: basename(file, '.yaml'), Parameters, Resources, Outputs };
}

/** Every template, in the order of deployment. */
export const templateFiles = () =>
  readdirSync('cfn')
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => join('cfn', name));

export const templates = () => templateFiles().map(readTemplate);
