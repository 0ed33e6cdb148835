/** "Deploy by hand" of cfn/README.md, as it stands there, by AWS's own command line. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import type { Stack } from '@aws-sdk/client-cloudformation';
import {
  type Change,
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  ListHostedZonesCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { execa } from 'execa';
import { afterAll, expect, inject, test } from 'vitest';
import { pythonPrograms } from '../../scripts/python.mjs';
import { sha256 } from '../../src/bundle/digest.ts';
import { bootProgram } from '../../src/cloud/plan/boot-program.ts';
import { readFolder } from '../../src/io/folder.ts';
import { templateFiles } from '../cfn/template.ts';
import { credentials, faults, stacksOf } from './stacks.ts';

const readme = await readFile('cfn/README.md', 'utf8');
const [, byHand = ''] = /^## Deploy by hand\n(.*?)^## /ms.exec(readme) ?? [];
const [deploy = '', remove = ''] = [...byHand.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, text]) => text);

/**
 * A reader's own values: each `Name=…` or `Name=Z…` of the README, and nothing else. The rest the commands ask for themselves, and the
 * emulator answers, though with ids of its own invention: Debian's image, CloudFront's prefix list. Nothing has these digests, since
 * the emulator starts no machine that would fetch it.
 */
const values: Record<string, string> = Object.fromEntries(
  ['Search', 'Files', 'Arbiter', 'Web', 'Admin']
    .flatMap((word) => [`${word}Bundle`, `${word}Packages`])
    .concat('Release')
    .map((name) => [name, sha256(name)]),
);

const aws = await pythonPrograms('awscli==1.46.2');
const folder = await mkdtemp(join(tmpdir(), 'bootdev-readme-'));
afterAll(() => rm(folder, { recursive: true }));
// The command line looks each 30 s whether a stack is made, which is five minutes of waiting in all.
const patience = 'import time\nsleep = time.sleep\ntime.sleep = lambda seconds: sleep(min(seconds, 0.3))\n';
await writeFile(join(folder, 'sitecustomize.py'), patience);

const endpoint = inject('emulator');
const route53 = new Route53Client({ endpoint, region: 'us-east-1', credentials });
const stacks = stacksOf(endpoint, 'shop-production');
const parts = [
  'bootstrap',
  'certificate',
  'network',
  'data',
  'search',
  'files',
  'mail',
  'edge',
  'web',
  'address',
  'watch',
];
const made = [
  ...parts.map((part) => ({ part, region: 'eu-west-1' })),
  { part: 'edge-certificate', region: 'us-east-1' },
];
const seen = () => Promise.all(made.map(({ part, region }) => stacks.stack(stacks.name(part), region)));

/** As the README says, at the root of the package; nothing of the user's own is read. */
async function shell(text: string): Promise<void> {
  const file = join(folder, 'by-hand');
  await writeFile(file, text);
  const env = {
    PATH: [resolve(aws.folder ?? ''), process.env.PATH].join(delimiter),
    HOME: folder,
    PYTHONPATH: folder,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  };
  const { all, exitCode } = await execa('sh', ['-eu', file], { env, extendEnv: false, all: true, reject: false });
  expect(exitCode, all).toBe(0);
}

/** The README's text with the reader's values in it. */
function filled(text: string): string {
  const asked = [...text.matchAll(/(\w+)=Z?…/g)].map(([, name]) => name);
  expect([...new Set(asked)].sort()).toEqual(Object.keys(values).sort());
  const whole = text.replace(/(\w+)=Z?…/g, (_, name: string) => `${name}=${values[name]}`);
  expect(whole).not.toContain('…');
  return whole;
}

const parameterOf = ({ Parameters = [] }: Stack, name: string) =>
  Parameters.find(({ ParameterKey }) => ParameterKey === name)?.ParameterValue;

test('every template is deployed by it', () => {
  const deployed = [...deploy.matchAll(/^.*\bdeploy \S+ +(\d\d-\w+)/gm)].map(([, name]) => `cfn/${name}.yaml`);
  expect([...new Set(deployed)]).toEqual(templateFiles());
});

test('deployed by hand: every stack is made, none by pretence', async (context) => {
  if (aws.reason) return context.skip(aws.reason);
  // The zone of the domain is the user's own, and there before.
  const asked = new CreateHostedZoneCommand({ Name: 'example.org', CallerReference: 'by hand' });
  const zone = (await route53.send(asked)).HostedZone?.Id?.replace('/hostedzone/', '') ?? '';
  Object.assign(values, { HostedZoneId: zone, MailZoneId: zone });

  const started = performance.now();
  await shell(filled(deploy));
  console.log(`by hand: ${((performance.now() - started) / 1000).toFixed(1)} s`);

  const found = await seen();
  expect(found.map(({ StackStatus }) => StackStatus)).toEqual(made.map(() => 'CREATE_COMPLETE'));
  for (const { part, region } of made) expect(faults(await stacks.events(part, region))).toEqual([]);
  const locked = found.filter(({ EnableTerminationProtection }) => EnableTerminationProtection);
  expect(locked.map(({ StackName }) => StackName)).toEqual(['bootstrap', 'data', 'search', 'files'].map(stacks.name));

  // What the commands asked for themselves has come where it belongs.
  const [edge, web] = ['edge', 'web'].map((part) => found[parts.indexOf(part)] as Stack) as [Stack, Stack];
  const { CertificateArn } = await stacks.outputs('edge-certificate', 'us-east-1');
  expect(CertificateArn).toContain(':us-east-1:');
  expect(parameterOf(edge, 'EdgeCertificateArn')).toBe(CertificateArn);
  expect(parameterOf(edge, 'EdgePrefixList')).toMatch(/^pl-\w+$/);
  expect(parameterOf(web, 'ImageId')).toMatch(/^ami-\w+$/);
  expect(parameterOf(web, 'BootDigest')).toBe(sha256(bootProgram(await readFolder('docker'))));
});

test('removed by hand: with the names that nodes took, and in both regions', async (context) => {
  if (aws.reason) return context.skip(aws.reason);
  const { PrivateZoneId: HostedZoneId, PrivateZoneName } = await stacks.outputs('network');
  const Changes = ['solr', 'gluster-1'].map((name): Change => {
    const Name = `${name}.${PrivateZoneName}`;
    return {
      Action: 'CREATE',
      ResourceRecordSet: { Name, Type: 'A', TTL: 5, ResourceRecords: [{ Value: '10.0.0.1' }] },
    };
  });
  await route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } }));
  const before = await seen();

  // In the same shell as before: with its names, and not its deployments.
  await shell(`${deploy.slice(0, deploy.indexOf('\nimage='))}\n${remove}`);

  const after = before.map(({ StackId = '' }, index) => stacks.stack(StackId, made[index]?.region ?? ''));
  expect((await Promise.all(after)).map(({ StackStatus }) => StackStatus)).toEqual(made.map(() => 'DELETE_COMPLETE'));
  const { HostedZones = [] } = await route53.send(new ListHostedZonesCommand());
  expect(HostedZones.map(({ Name }) => Name)).not.toContain(`${PrivateZoneName}.`);
});
