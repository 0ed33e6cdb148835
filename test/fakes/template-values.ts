/** A template with its parameters put in: functions resolved as far as a fake needs it to see what differs. */
import { templateData } from '../../src/cloud/stacks/template.ts';

// biome-ignore lint/suspicious/noExplicitAny: a template is any YAML
export type Value = any;

export interface Resolved {
  resources: Map<string, { type: string; properties: Value; deletion: string; replacement: string; attributes: Value }>;
  outputs: Record<string, string>;
}

interface Scope {
  stack: string;
  region: string;
  account: string;
  parameters: Record<string, string>;
  physical: (resource: string) => string | undefined;
}

const nothing = Symbol('AWS::NoValue');

const parsed = new Map<string, Value>();

export function resolveTemplate(body: string, scope: Scope): Resolved {
  const data = parsed.get(body) ?? templateData(body);
  parsed.set(body, data);
  const { Resources = {}, Outputs = {}, Conditions = {}, Mappings = {} } = data;
  const evaluate = evaluator(scope, { conditions: Conditions, mappings: Mappings, resources: Resources });
  const holds = (name?: string) => name === undefined || evaluate({ Condition: name }) === true;
  return {
    resources: new Map(
      Object.entries<Value>(Resources)
        .filter(([, { Condition }]) => holds(Condition))
        .map(
          ([name, { Type, Properties = {}, DeletionPolicy = 'Delete', UpdateReplacePolicy = 'Delete', ...rest }]) => [
            name,
            {
              type: Type,
              properties: evaluate(Properties),
              deletion: DeletionPolicy,
              replacement: UpdateReplacePolicy,
              attributes: evaluate({ UpdatePolicy: rest.UpdatePolicy ?? null, Metadata: rest.Metadata ?? null }),
            },
          ],
        ),
    ),
    outputs: Object.fromEntries(
      Object.entries<Value>(Outputs)
        .filter(([, { Condition }]) => holds(Condition))
        .map(([name, { Value }]) => [name, String(evaluate(Value))]),
    ),
  };
}

/** A parameter that is a list comes as a line. */
const listed = (value: Value): Value[] => (Array.isArray(value) ? value : String(value).split(','));

function evaluator(scope: Scope, { conditions, mappings, resources }: Record<string, Value>) {
  const pseudo: Record<string, string> = {
    'AWS::StackName': scope.stack,
    'AWS::Region': scope.region,
    'AWS::AccountId': scope.account,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackId': `arn:aws:cloudformation:${scope.region}:${scope.account}:stack/${scope.stack}/1`,
  };
  const reference = (name: string): Value => {
    if (name === 'AWS::NoValue') return nothing;
    return scope.parameters[name] ?? pseudo[name] ?? scope.physical(name) ?? name;
  };
  const attribute = (name: string, key: string) => {
    if (key === 'Arn') return `arn:aws:x:${scope.region}:${scope.account}:${reference(name)}`;
    // What was given is what it has: a subnet's zone.
    const given = resources[name]?.Properties?.[key];
    return given === undefined ? `${reference(name)}.${key}` : String(evaluate(given));
  };
  const substitute = (text: string, own: Value = {}) =>
    text.replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      if (name in own) return String(own[name]);
      const [resource = '', key] = name.split(/\.(.*)/);
      return key ? attribute(resource, key) : String(reference(name));
    });
  const named = (name: string) => (name in conditions ? evaluate(conditions[name]) : name);
  const functions: Record<string, (value: Value) => Value> = {
    Ref: reference,
    Condition: named,
    'Fn::Sub': (value) => (Array.isArray(value) ? substitute(value[0], evaluate(value[1])) : substitute(value)),
    'Fn::GetAtt': ([name, key]) => attribute(name, key),
    'Fn::Join': ([between, list]) => (evaluate(list) as Value[]).join(between),
    'Fn::Split': ([between, text]) => String(evaluate(text)).split(between),
    'Fn::Select': ([index, list]) => listed(evaluate(list))[Number(evaluate(index))] ?? '',
    'Fn::If': ([condition, yes, no]) => evaluate(named(condition) === true ? yes : no),
    'Fn::Equals': ([a, b]) => String(evaluate(a)) === String(evaluate(b)),
    'Fn::Not': ([value]) => evaluate(value) !== true,
    'Fn::And': (values) => values.every((value: Value) => evaluate(value) === true),
    'Fn::Or': (values) => values.some((value: Value) => evaluate(value) === true),
    'Fn::FindInMap': ([map, first, second]) => mappings[evaluate(map)]?.[evaluate(first)]?.[evaluate(second)],
    'Fn::Base64': (value) => Buffer.from(String(evaluate(value))).toString('base64'),
    'Fn::GetAZs': () => ['a', 'b', 'c'].map((zone) => `zone-${zone}`), // as DescribeAvailabilityZones has them
    'Fn::Cidr': ([block, count]) =>
      Array.from({ length: Number(evaluate(count)) }, (_, index) => `${evaluate(block)}#${index}`),
  };
  function evaluate(value: Value): Value {
    if (Array.isArray(value)) return value.map(evaluate).filter((each) => each !== nothing);
    if (typeof value !== 'object' || value === null) return value;
    const [name = '', ...rest] = Object.keys(value);
    const known = rest.length === 0 ? functions[name] : undefined;
    // "Condition" is also a key of IAM policies; there its value is no name.
    if (known && (name !== 'Condition' || typeof value[name] === 'string')) {
      return known(value[name]);
    }
    return Object.fromEntries(
      Object.entries(value)
        .map(([key, each]) => [key, evaluate(each)] as const)
        .filter(([, each]) => each !== nothing),
    );
  }
  return evaluate;
}
