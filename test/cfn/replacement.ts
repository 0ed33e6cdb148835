/**
 * What a change of settings does to the stacks: the shipped templates resolved before and after it, with the properties that cannot be
 * changed from the registry's schemas (test/fakes/create-only.json: scripts/handler-permissions.py). A replaced resource has another id, so what
 * refers to it changes too, and may be replaced in turn. CloudFormation makes the new one before it deletes the old one: what both would
 * occupy (a name, a port of a load balancer, a share of a quota) is a collision, and the update would fail.
 */
import { readFileSync } from 'node:fs';
import { makeParameters, type ParameterInput } from '../../src/cloud/stacks/parameters.ts';
import { renameOutputs, resolveParameters } from '../../src/cloud/stacks/resolve-parameters.ts';
import { usedStacks } from '../../src/cloud/stacks/stacks.ts';
import { readTemplate, type Template } from '../../src/cloud/stacks/template.ts';
import { instanceMachines } from '../../src/machines/table.ts';
import { completeSettings } from '../../src/settings/schema.ts';
import type { MadeResource } from '../fakes/cloudfront.ts';
import { createOnlyOf } from '../fakes/create-only.ts';
import { resolveTemplate, type Value } from '../fakes/template-values.ts';

export type RawSettings = Parameters<typeof completeSettings>[0];

interface Made {
  type: string;
  properties: Value;
}
/** 'data Database' → what it is. */
type Site = Map<string, Made>;

const digests = new Map(instanceMachines.map(({ kind }) => [kind, 'a'.repeat(64)]));
const input = (raw: RawSettings, change: Partial<ParameterInput>): ParameterInput => ({
  settings: completeSettings({ ...raw, site: { name: 'shop', ...raw?.site } }),
  ...{
    environment: 'production',
    architecture: 'arm64',
    imageId: 'ami-1',
    edgePrefixList: 'pl-1',
    zoneNames: ['a', 'b', 'c'].slice(0, completeSettings(raw).aws.zones),
    databaseVersion: '9.7',
  },
  ...{ edgeCookies: ['*'], boot: 'b', bundles: digests, packages: digests, release: 'r', sizes: new Map() },
  ...change,
});

const templates = new Map<string, Template>();
function templateOf(file: string): Template {
  const found = templates.get(file) ?? readTemplate(readFileSync(`cfn/${file}`, 'utf8'));
  templates.set(file, found);
  return found;
}

/** The whole site; `recreated`: how often a resource was replaced. */
function siteOf(made: ParameterInput, recreated: ReadonlyMap<string, number>): Site {
  const own = makeParameters(made);
  const outputs: Record<string, string> = {};
  const site: Site = new Map();
  for (const stack of usedStacks(made.settings)) {
    const template = templateOf(stack.file);
    const { parameters } = resolveParameters(stack, template, { own, outputs, pending: new Set() });
    const resolved = resolveTemplate(template.body, {
      ...{ stack: stack.part, region: stack.region ?? 'eu-west-1', account: '123456789012', parameters },
      physical: (id) =>
        template.resources.has(id) ? `${stack.part}-${id}#${recreated.get(`${stack.part} ${id}`) ?? 0}` : undefined,
    });
    for (const [id, { type, properties }] of resolved.resources) site.set(`${stack.part} ${id}`, { type, properties });
    Object.assign(outputs, renameOutputs(stack, resolved.outputs));
  }
  return site;
}

export const propertiesOf = (raw: RawSettings, name: string): Value =>
  siteOf(input(raw, {}), new Map()).get(name)?.properties;

/** Everything, as a fake of AWS's API has it. */
export const resourcesOf = (raw: RawSettings, change: Partial<ParameterInput>): MadeResource[] =>
  [...siteOf(input(raw, change), new Map())].map(([name, { type, properties }]) => ({
    type,
    physical: name.replace(' ', '-'),
    properties: JSON.parse(JSON.stringify(properties).replaceAll('#0', '')),
  }));

export interface Changes {
  /** Everything that is not as before. */
  changed: string[];
  replaced: string[];
  collisions: string[];
}

export function changes(before: RawSettings, after: RawSettings, change: Partial<ParameterInput> = {}): Changes {
  const recreated = new Map<string, number>();
  const old = siteOf(input(before, {}), recreated);
  let now = siteOf(input(after, change), recreated);
  for (let size = -1; size !== recreated.size; now = siteOf(input(after, change), recreated)) {
    size = recreated.size;
    for (const [name, { type, properties }] of now) {
      const was = old.get(name);
      if (was && createOnlyOf(type).some((path) => text(at(was.properties, path)) !== text(at(properties, path))))
        recreated.set(name, 1);
    }
  }
  const fresh = [...now].filter(([name]) => recreated.has(name) || !old.has(name));
  const changed = [...now].filter(([name, { properties }]) => text(old.get(name)?.properties) !== text(properties));
  return {
    changed: changed.map(([name]) => name),
    replaced: [...recreated.keys()].sort(),
    collisions: [...taken(old, fresh), ...tooManyRules(old, fresh)],
  };
}

const text = (value: Value) => JSON.stringify(value);
const at = (properties: Value, path: string): Value => path.split('/').reduce((value, key) => value?.[key], properties);

/** What only one resource at a time may have: the new one is made while the old one is still there. */
const registers: Readonly<Record<string, (own: Value) => string | undefined>> = {
  'AWS::CloudFront::CachePolicy': (own) => own.CachePolicyConfig.Name,
  'AWS::CloudFront::Function': (own) => own.Name,
  'AWS::CloudFront::OriginAccessControl': (own) => own.OriginAccessControlConfig.Name,
  'AWS::CloudFront::OriginRequestPolicy': (own) => own.OriginRequestPolicyConfig.Name,
  'AWS::CloudFront::ResponseHeadersPolicy': (own) => own.ResponseHeadersPolicyConfig.Name,
  'AWS::CloudFront::Distribution': (own) => own.DistributionConfig.Aliases?.[0],
  'AWS::CloudWatch::Alarm': (own) => own.AlarmName,
  'AWS::CloudWatch::Dashboard': (own) => own.DashboardName,
  'AWS::EC2::Route': (own) => `${own.RouteTableId} ${own.DestinationCidrBlock}`,
  'AWS::EC2::Subnet': (own) => `${own.VpcId} ${own.CidrBlock}`,
  'AWS::EC2::SubnetRouteTableAssociation': (own) => own.SubnetId,
  'AWS::EC2::VPCGatewayAttachment': (own) => own.VpcId,
  'AWS::ElasticLoadBalancingV2::Listener': (own) => `${own.LoadBalancerArn} ${own.Port}`,
  'AWS::ElasticLoadBalancingV2::ListenerRule': (own) => `${own.ListenerArn} ${own.Priority}`,
  'AWS::Route53::RecordSet': (own) => `${own.HostedZoneId} ${own.Name} ${own.Type}`,
  'AWS::S3::Bucket': (own) => own.BucketName,
  'AWS::SES::ConfigurationSet': (own) => own.Name,
  'AWS::SES::ConfigurationSetEventDestination': (own) => `${own.ConfigurationSetName} ${own.EventDestination.Name}`,
  'AWS::SES::EmailIdentity': (own) => own.EmailIdentity,
};
/** Without the generation: a name that CloudFormation makes is another one each time. */
const placeOf = ({ type, properties }: Made) => {
  const place = registers[type]?.(properties);
  return place === undefined ? undefined : `${type} ${place}`;
};

function taken(old: Site, fresh: readonly [string, Made][]): string[] {
  const places = new Map([...old].map(([name, made]) => [placeOf(made), name]));
  return fresh.flatMap(([name, made]) => {
    const place = placeOf(made);
    const holder = place === undefined ? undefined : places.get(place);
    return holder ? [`${name}: ${holder} still has ${place}`] : [];
  });
}

/** As many as a security group may have; CloudFront's list counts as 55. */
const mostRules = 60;
const weight = ({ properties }: Made) => (properties.SourcePrefixListId ? 55 : 1);

function tooManyRules(old: Site, fresh: readonly [string, Made][]): string[] {
  const sums = new Map<string, number>();
  for (const [, made] of [...old, ...fresh]) {
    if (made.type !== 'AWS::EC2::SecurityGroupIngress') continue;
    sums.set(made.properties.GroupId, (sums.get(made.properties.GroupId) ?? 0) + weight(made));
  }
  return [...sums].filter(([, sum]) => sum > mostRules).map(([group, sum]) => `${group}: ${sum} rules of ${mostRules}`);
}
