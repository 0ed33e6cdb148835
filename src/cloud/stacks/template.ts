/** A CloudFormation template as far as promote has to understand it. Pure. */
import { parse, type ScalarTag, type YAMLMap, type YAMLSeq } from 'yaml';

export interface Template {
  body: string;
  /** Name → default; undefined: there is none, so a value is required. */
  parameters: ReadonlyMap<string, string | undefined>;
  resources: ReadonlyMap<string, { type: string; conditional: boolean }>;
  outputs: readonly string[];
}

const functions = [
  ...['Base64', 'Cidr', 'FindInMap', 'GetAtt', 'GetAZs', 'ImportValue', 'Join', 'Select', 'Split', 'Sub', 'Transform'],
  ...['And', 'Equals', 'If', 'Not', 'Or', 'Length', 'ToJsonString'],
];

/** `!Sub x` → {'Fn::Sub': x}, as the JSON form of a template has it. */
const tags = [...functions, 'Ref', 'Condition'].flatMap((name) => {
  const key = name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`;
  const long = (value: unknown) => ({
    [key]: name === 'GetAtt' && typeof value === 'string' ? value.split(/\.(.*)/).slice(0, 2) : value,
  });
  return [
    { tag: `!${name}`, resolve: (text: string) => long(text) },
    { tag: `!${name}`, collection: 'seq', resolve: (node: unknown) => long((node as YAMLSeq).toJSON()) },
    { tag: `!${name}`, collection: 'map', resolve: (node: unknown) => long((node as YAMLMap).toJSON()) },
  ] as ScalarTag[];
});

/** The whole template as plain data, functions in their long form. */
// biome-ignore lint/suspicious/noExplicitAny: a template is any YAML
export const templateData = (body: string): any => parse(body, { customTags: tags, logLevel: 'error' });

/** A promote asks several times, and a stack that is as it should be has the text of the shipped one: most of its own time was this. */
const known = new Map<string, Template>();

export function readTemplate(body: string): Template {
  const found = known.get(body) ?? parsed(body);
  known.set(body, found);
  return found;
}

function parsed(body: string): Template {
  const { Parameters = {}, Resources = {}, Outputs = {} } = templateData(body);
  const entries = <Value>(record: unknown) => Object.entries(record as Record<string, Value>);
  return {
    body,
    parameters: new Map(
      entries<{ Default?: unknown }>(Parameters).map(([name, { Default }]) => [
        name,
        Default === undefined ? undefined : String(Default),
      ]),
    ),
    resources: new Map(
      entries<{ Type: string; Condition?: string }>(Resources).map(([name, { Type, Condition }]) => [
        name,
        { type: Type, conditional: Condition !== undefined },
      ]),
    ),
    outputs: Object.keys(Outputs),
  };
}
