/** What the linters do not check in the templates: parameters by name, protection of data, and the machines' first program. */
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Kind, machines } from '../../src/machines/table.ts';
import { type Resource, templateFiles, templates } from './template.ts';

interface Policed extends Resource {
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
  UpdatePolicy?: { AutoScalingRollingUpdate: Record<string, unknown> };
  CreationPolicy?: unknown;
}
type Parameter = { Type: string; Default?: unknown; NoEcho?: unknown; Description?: string };

const all = templates().map((template) => {
  const path = `cfn/${template.name}.yaml`;
  return { ...template, path, text: readFileSync(path, 'utf8') };
});
const resources = all.flatMap(({ name, Resources }) =>
  Object.entries(Resources as Record<string, Policed>).map(([id, resource]) => ({ name: `${name} ${id}`, resource })),
);
const ofType = (type: string) => resources.filter(({ resource }) => resource.Type === type);
const parameters = all.flatMap(({ name, Parameters }) =>
  Object.entries(Parameters as Record<string, Parameter>).map(([id, parameter]) => ({ template: name, id, parameter })),
);

test('they exist', () => {
  const names = ['10-bootstrap', '15-certificate', '20-network', '30-data', '40-search', '50-files', '55-mail'];
  expect(templateFiles()).toEqual(
    [...names, '58-edge', '60-web', '70-address', '80-watch'].map((name) => `cfn/${name}.yaml`),
  );
});

test.each(all)('$name can be sent inline, and needs no other file', ({ path, text }) => {
  expect(statSync(path).size).toBeLessThan(51_200);
  expect(text).not.toMatch(/^Transform:|Fn::ImportValue|!ImportValue|^\s+Export:|AWS::CloudFormation::Stack\b(?!')/m);
});

describe('parameters by name', () => {
  const readme = readFileSync('cfn/README.md', 'utf8');
  const rows = [...readme.matchAll(/^\| ([A-Z]\w+) \| [\w ]+ \| .+ \|$/gm)].map(([, name = '']) => name);
  const fromStacks = readme.indexOf('From an earlier stack, by name:');
  const given = new Set(rows.filter((name) => readme.indexOf(`| ${name} |`) < fromStacks));

  test('each parameter is in a table of the README, and nothing else is', () => {
    expect([...rows].sort()).toEqual([...new Set(parameters.map(({ id }) => id))].sort());
  });

  test.each(all)('$name: every parameter has a source', ({ name, Parameters }) => {
    const earlier = new Set(all.filter((other) => other.name < name).flatMap(({ Outputs }) => Object.keys(Outputs)));
    const nobody = Object.keys(Parameters).filter((id) => !given.has(id) && !earlier.has(id));
    expect(nobody).toEqual([]);
  });

  test('a parameter that says "From 20-network" is an output there', () => {
    const claims = parameters.flatMap(({ template, id, parameter }) => {
      const from = /^From (\d\d-[a-z]+)/.exec(parameter.Description ?? '')?.[1];
      return from ? [{ template, id, from }] : [];
    });
    expect(claims.length).toBeGreaterThan(40);
    const renamed = { EdgeCertificateArn: 'CertificateArn' } as Record<string, string>;
    const wrong = claims.filter(
      ({ template, id, from }) =>
        from >= template || !all.find(({ name }) => name === from)?.Outputs[renamed[id] ?? id],
    );
    expect(wrong).toEqual([]);
  });

  test('parameters of the same name have the same type and the same default', () => {
    const differs = parameters.filter(({ id, parameter }) =>
      parameters.some(
        (other) =>
          other.id === id &&
          (other.parameter.Type !== parameter.Type ||
            (other.parameter.Default !== undefined &&
              parameter.Default !== undefined &&
              String(other.parameter.Default) !== String(parameter.Default))),
      ),
    );
    expect(differs.map(({ template, id }) => `${template} ${id}`)).toEqual([]);
  });

  test('no secret is a parameter', () => {
    const secrets = parameters.filter(
      ({ id, parameter }) =>
        parameter.NoEcho !== undefined || /password|token|secret(?!Arn$)|key(?!Arn$|Serial$)/i.test(id),
    );
    expect(secrets).toEqual([]);
  });
});

describe('resources with data', () => {
  const types = ['AWS::S3::Bucket', 'AWS::RDS::DBInstance', 'AWS::EC2::Volume', 'AWS::KMS::Key'];
  const stateful = types.flatMap(ofType);

  test.each([...stateful, ...resources.filter(({ name }) => /(?:Database|Salt)Secret$/.test(name))])(
    '$name outlives its stack',
    ({ resource }) => {
      // What a creation that failed has made holds nothing yet: it goes with the rest, and its name is free again.
      expect(resource.DeletionPolicy).toMatch(/^(Snapshot|RetainExceptOnCreate)$/);
      expect(resource.UpdateReplacePolicy).toBe(resource.DeletionPolicy?.replace('ExceptOnCreate', ''));
    },
  );

  test('is there', () => {
    expect(stateful).toHaveLength(10);
  });
});

interface InstanceData {
  MetadataOptions: object;
  BlockDeviceMappings: { Ebs: object }[];
  KeyName?: string;
  UserData: { 'Fn::Base64': { 'Fn::Sub': string | [string, object] } };
}
const launched = ofType('AWS::EC2::LaunchTemplate').map(({ name, resource }) => ({
  name,
  data: resource.Properties?.LaunchTemplateData as InstanceData,
}));

/** The machine's first program, with its references unresolved. */
function userData({ UserData }: InstanceData): string {
  const sub = UserData['Fn::Base64']['Fn::Sub'];
  return typeof sub === 'string' ? sub : sub[0];
}
const block = (script: string, file: string) =>
  new RegExp(`^cat >/etc/bootdev/${file} <<'END'\n([^]*?)^END$`, 'm').exec(script)?.[1] ?? '';
const common = (text: string) => text.slice(text.indexOf('# --- the same on every machine'));
const launchHook = {
  ...{ LifecycleHookName: 'boot', LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING' },
  ...{ HeartbeatTimeout: 1800, DefaultResult: 'ABANDON' },
};
const names = (lines: string) => [...lines.matchAll(/^(\w+)=/gm)].map(([, name = '']) => name);

describe.each(launched)('$name', ({ data }) => {
  const script = userData(data);
  const instance = Object.fromEntries(
    [...block(script, 'instance.env').matchAll(/^BOOTDEV_(\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
  );

  test('gives credentials to its own machine only, has encrypted disks and no key pair', () => {
    expect(data.MetadataOptions).toEqual({
      HttpEndpoint: 'enabled',
      HttpTokens: 'required',
      HttpPutResponseHopLimit: 1,
    });
    expect(data.BlockDeviceMappings.map(({ Ebs }) => Ebs)).toMatchObject([{ Encrypted: true, VolumeType: 'gp3' }]);
    expect(data.KeyName).toBeUndefined();
  });

  test('starts with a script that bash and CloudFormation read in the same way', () => {
    expect(script).not.toMatch(/\$\{!|\$\{[^}]*:[-?+=]|\$\{[#@*]/);
    expect(script.length).toBeLessThan(16_384);
    const { status, stderr } = spawnSync('bash', ['-n'], {
      input: script.replace(/\$\{[\w:.]+\}/g, 'value'),
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  test('sets everything that docker/ec2/boot reads', () => {
    const asked = ['REGION', 'BUCKET', 'KIND', 'DIGEST', 'PACKAGES', 'RELEASE', 'BOOT', 'STACK', 'RESOURCE', 'PROJECT'];
    const mayBeEmpty = ['SECRETS', 'CACHE', 'VOLUME', 'NAME', 'ZONE'];
    expect(Object.keys(instance)).toEqual(expect.arrayContaining([...asked, ...mayBeEmpty]));
    for (const name of asked) if (name !== 'RELEASE') expect.soft(instance[name], name).not.toBe('');
  });

  test("has every address that its machine's files may use", () => {
    const machine = machines.find(({ kind }) => kind === (instance.KIND as Kind));
    const bySize = /_MB$|^FPM_CHILDREN$/;
    const asked = machine?.target.filter((name) => !bySize.test(name) && name !== 'MEMCACHED') ?? [];
    expect(machine).toBeDefined();
    expect(names(block(script, 'target.in'))).toEqual(expect.arrayContaining([...asked]));
    expect(instance.CACHE !== '').toBe(machine?.target.includes('MEMCACHED'));
  });

  test('names its own group, which waits for its signal', () => {
    const group = resources.find(({ name }) => name.endsWith(` ${instance.RESOURCE}`))?.resource;
    expect(group?.Properties?.LaunchTemplate).toMatchObject({
      LaunchTemplateId: { Ref: expect.stringMatching(/Template$/) },
    });
    expect(group?.UpdatePolicy?.AutoScalingRollingUpdate).toMatchObject({
      WaitOnResourceSignals: true,
      MaxBatchSize: 1,
    });
    expect(group?.CreationPolicy).toMatchObject({ ResourceSignal: { Timeout: 'PT15M' } });
  });

  test('counts in its group only after its boot, and is ended by it where that never succeeds', () => {
    const group = resources.find(({ name }) => name.endsWith(` ${instance.RESOURCE}`))?.resource;
    // The machine that makes the database's account is asked for by an update alone, which hears of its failure.
    const hooks = instance.JOB === 'account' ? undefined : [launchHook];
    expect(group?.Properties?.LifecycleHookSpecificationList).toEqual(hooks);
  });

  test('has the unit that tries again before anything that can fail', () => {
    const steps = common(script).split('\n');
    const at = (line: RegExp) => steps.findIndex((step) => line.test(step));
    const first = steps.findIndex((step, index) => index > at(/^END$/) && /^systemctl start bootdev-boot$/.test(step));
    expect(at(/^systemctl enable --quiet bootdev-boot$/)).toBe(first - 1);
    expect(at(/^Restart=on-failure$/)).toBeGreaterThan(0);
    expect(steps.slice(first + 1).filter(Boolean)).toEqual([]);
    // Before: what a machine is, written to its own disk.
    const outside = script.replace(/^cat >\S+ <<'END'\n[\s\S]*?^END$/gm, '');
    expect(outside).not.toMatch(/curl|https?:/);
  });

  test('continues like every other machine', () => {
    expect(common(script)).toBe(common(userData(launched[0]?.data as InstanceData)));
    expect(common(script).length).toBeGreaterThan(1000);
  });
});

test('there are seven kinds of instances, by role and place', () => {
  expect(launched).toHaveLength(7);
});

test('only CloudFront can connect from the internet', () => {
  const rules = ofType('AWS::EC2::SecurityGroupIngress');
  expect(rules.length).toBeGreaterThan(15);
  const open = rules.filter(({ resource }) => !resource.Properties?.SourceSecurityGroupId);
  expect(open.map(({ name }) => name)).toEqual(['58-edge HttpsFromCloudFront', '58-edge HttpFromCloudFront']);
  expect(ofType('AWS::EC2::SecurityGroup').filter(({ resource }) => resource.Properties?.SecurityGroupIngress)).toEqual(
    [],
  );
});

test('there is an alarm for the silence of each machine of which there is one', () => {
  const watched = ofType('AWS::CloudWatch::Alarm').filter(
    ({ resource: { Properties } }) => Properties?.Namespace === 'bootdev' && Properties.MetricName === 'Healthy',
  );
  const silent = watched.map(({ resource: { Properties } }) => [
    JSON.stringify(Properties?.Dimensions).match(/"Fn::Sub":"([^"]+)"/)?.[1],
    Properties?.TreatMissingData,
  ]);
  const single = launched.flatMap(({ data }) => {
    const block = JSON.stringify(data);
    const tag = /"Key":"bootdev:machine","Value":\{"Fn::Sub":"([^"]+)"/.exec(block)?.[1] ?? '';
    return /web$|account$/.test(tag) ? [] : [[tag, 'breaching']];
  });
  expect(silent.sort()).toEqual(single.sort());
});

test('the dashboard is JSON', () => {
  const [dashboard] = ofType('AWS::CloudWatch::Dashboard');
  const body = dashboard?.resource.Properties?.DashboardBody as { 'Fn::Sub': string } | undefined;
  expect(JSON.parse(body?.['Fn::Sub'] ?? '').widgets.length).toBeGreaterThan(5);
});
