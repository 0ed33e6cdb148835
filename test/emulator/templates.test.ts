/** All templates as they are, created, updated and deleted in the emulator by plain CloudFormation calls. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { DescribeLaunchTemplateVersionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { edge } from '../../src/io/aws/edge.ts';
import { bucket } from '../../src/io/aws/s3.ts';
import { reasonsOf } from '../../src/parity/rows/service-reasons.ts';
import { readBucketRules } from '../../src/parity/sides/bucket.ts';
import { readDistribution } from '../../src/parity/sides/distribution.ts';
import { completeSettings } from '../../src/settings/schema.ts';
import { templateFiles } from '../cfn/template.ts';
import { credentials, faults, makeParameters, type Stacks, stacksOf } from './stacks.ts';

const endpoint = inject('emulator');
const folder = await mkdtemp(join(tmpdir(), 'bootdev-templates-'));
afterAll(() => rm(folder, { recursive: true }));

/** A template of the test's own, as a file. */
async function template(text: string): Promise<string> {
  const file = join(folder, `${randomUUID()}.yaml`);
  await writeFile(file, `${text}\n`);
  return file;
}
/** 60-web → web. */
const partOf = (file: string) => basename(file, '.yaml').replace(/^\d+-/, '');

interface Shape {
  name: string;
  project: string;
  own: Record<string, string>;
}

const shapes: Shape[] = [
  { name: 'MySQL, GlusterFS, no domain', project: 'market-production', own: {} },
  {
    name: 'MariaDB, no shared files, two zones with a NAT each, a domain',
    project: 'fair-staging',
    own: {
      ...{ DatabaseEngine: 'mariadb', DatabaseEngineVersion: '11.8', FilesStore: 'none', Zones: '2', Nat: 'per-zone' },
      ...{
        Domain: 'shop.example.org',
        HostedZoneId: 'Z0123456789ABCDEFGHIJ',
        AlarmMail: 'ops@example.org',
        Sticky: 'on',
      },
      ...{ Architecture: 'arm64', CacheNodes: '1', Algorithm: 'weighted_random' },
    },
  },
];

describe.each(shapes)('$name', ({ project, own: change }) => {
  const own = makeParameters(project, change);
  const made: { file: string; part: string; region: string }[] = [];
  const outputs: Record<string, string> = {};
  let stacks: Stacks;

  beforeAll(async () => {
    stacks = stacksOf(endpoint, project);
    if (!own.Domain) return;
    // The zone of the domain is the user's own, and there before.
    const zone = `Resources: { Zone: { Type: AWS::Route53::HostedZone, Properties: { Name: ${own.Domain} } } }
Outputs: { HostedZoneId: { Value: !Ref Zone } }`;
    Object.assign(own, await create(await template(zone), 'zone'));
  });

  async function create(file: string, part = partOf(file), region = 'eu-west-1') {
    const { status, outputs: found } = await stacks.create(file, part, own, outputs, region);
    made.push({ file, part, region });
    expect(faults(await stacks.events(part, region))).toEqual([]);
    expect([part, status]).toEqual([part, 'CREATE_COMPLETE']);
    return found;
  }

  test('created in order, each from the outputs of those before', async () => {
    for (const file of templateFiles()) {
      if (partOf(file) === 'address' && !own.Domain) continue;
      if (partOf(file) !== 'certificate') Object.assign(outputs, await create(file));
      else if (own.Domain) {
        Object.assign(outputs, await create(file));
        const { CertificateArn = '' } = await create(file, 'edge-certificate', 'us-east-1');
        outputs.EdgeCertificateArn = CertificateArn;
      }
    }
    expect(made.length).toBeGreaterThanOrEqual(9);
  });

  test("CloudFront's behaviours and the bucket's rules, read back by parity's own clients", async () => {
    vi.stubEnv('AWS_ENDPOINT_URL', endpoint);
    vi.stubEnv('AWS_ACCESS_KEY_ID', credentials.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', credentials.secretAccessKey);
    const names = { bucket: outputs.MediaBucket ?? '', distribution: outputs.DistributionId ?? '' };
    const connection = { region: 'eu-west-1' };
    const cdn = readDistribution(await edge(connection).distribution(names.distribution));
    expect(Object.fromEntries(cdn)).toMatchObject({
      ...{ '* seconds': '0 0 60', '* key cookies': 'all', '*.css functions': 'viewer-request door' },
      ...{ '*.css asks again after': '502 503 504', '/-/media/* seconds': '1 86400 31536000' },
    });
    const settings = completeSettings({});
    const rules = readBucketRules(await bucket(connection, names.bucket).rules(), settings, names);
    const { groupOnly } = reasonsOf('s3', new Map(), settings);
    for (const [key, { value }] of Object.entries(groupOnly)) expect([key, rules.get(key)]).toEqual([key, value]);
    expect(rules.get('CORS methods')).toBe('GET HEAD POST PUT');
    vi.unstubAllEnvs();
  });

  test('a changed bundle of the web machines changes their launch template and their group, nothing else', async () => {
    const before = new Set((await stacks.events('web')).map(({ EventId }) => EventId));
    const file = made.find(({ part }) => part === 'web')?.file ?? '';
    expect(await stacks.update(file, 'web', { ...own, WebBundle: '9'.repeat(64) }, outputs)).toBe('UPDATE_COMPLETE');
    const events = (await stacks.events('web')).filter(({ EventId }) => !before.has(EventId));
    const touched = events
      .filter(
        ({ ResourceStatus, ResourceType }) =>
          ResourceStatus === 'UPDATE_COMPLETE' && !ResourceType?.endsWith('::Stack'),
      )
      .map(({ LogicalResourceId }) => LogicalResourceId);
    expect(touched.sort()).toEqual(['WebGroup', 'WebTemplate']);
    expect(faults(events)).toEqual([]);
  });

  test('the launch template says the new digest in its UserData, with every placeholder filled', async () => {
    const ec2 = new EC2Client({ endpoint, region: 'eu-west-1', credentials });
    const created = (await stacks.events('web')).find(({ LogicalResourceId }) => LogicalResourceId === 'WebTemplate');
    const { LaunchTemplateVersions = [] } = await ec2.send(
      new DescribeLaunchTemplateVersionsCommand({
        LaunchTemplateId: created?.PhysicalResourceId ?? '',
        Versions: ['$Latest'],
      }),
    );
    const [version] = LaunchTemplateVersions;
    const text = Buffer.from(version?.LaunchTemplateData?.UserData ?? '', 'base64').toString();
    expect(version?.VersionNumber).toBe(2);
    expect(text).toContain(`BOOTDEV_DIGEST=${'9'.repeat(64)}`);
    expect(text).toContain(`BOOTDEV_BUCKET=${outputs.ArtifactBucket}`);
    expect(text).not.toMatch(/\$\{\w*(?:::|\.)\w*\}/);
  });

  test('deleted in reverse order', async () => {
    for (const { part, region } of [...made].reverse())
      expect([part, await stacks.remove(part, region)]).toEqual([part, 'DELETE_COMPLETE']);
  });
});

test('a misspelled property is refused, as AWS would', async () => {
  const stacks = stacksOf(endpoint, 'wrong-production');
  const text = 'Resources: { Disk: { Type: AWS::EC2::Volume, Properties: { Encripted: true } } }';
  const { status } = await stacks.create(await template(text), 'wrong', {}, {});
  expect(status).toBe('CREATE_FAILED');
  expect(faults(await stacks.events('wrong')).join()).toContain('Encripted');
  await stacks.remove('wrong');
});
