/** What can be known before anything is made: each finding with its mend. */
import { UserError } from '../errors.ts';
import type { Finding } from '../events.ts';
import type { Cargo, Cloud, Ground, Statement } from './cloud.ts';
import { hasResources, isForeign, type Seen } from './look.ts';
import { instanceKinds } from './parameters.ts';
import { instanceOf, instances, webCounts } from './sizes.ts';
import { domainOf } from './stacks.ts';

type Account = Awaited<ReturnType<Cloud['aws']['account']>>;

export interface Preflight {
  findings: Finding[];
  ground: Ground;
}

const good = (name: string, text: string): Finding => ({ name, state: 'good', text });
const warning = (name: string, text: string, mend: string): Finding => ({ name, state: 'warning', text, mend });
const bad = (name: string, text: string, mend: string): Finding => ({ name, state: 'bad', text, mend });

/** `statements`: what the policies shipped in cfn/iam/ allow, and promote therefore needs. */
export async function preflight(
  cloud: Cloud,
  cargo: Cargo,
  seen: readonly Seen[],
  { statements, newImage = false }: { statements: readonly Statement[]; newImage?: boolean },
): Promise<Preflight> {
  const { account, arn } = await identityOf(cloud);
  const name = nameFinding(cloud);
  const asked = await cloud.aws.account();
  const types = usedTypes(cloud, cargo);
  const kept = newImage ? undefined : seen.find(({ info }) => info?.parameters.ImageId)?.info?.parameters.ImageId;
  const [zones, sizes, permissions, mail, edgePrefixList, imageId] = await Promise.all([
    asked.zones(),
    asked.instanceSizes(types),
    permissionFinding(asked, arn, statements),
    mailFinding(cloud, asked),
    asked.edgePrefixList(),
    kept ?? asked.debianImage(cargo.architecture),
  ]);
  const bySize = new Map(sizes.map((size) => [size.type, size]));
  const quotas = await quotaFindings(cloud, asked, seen, cargo, bySize);
  return {
    findings: [
      good('identity', `${arn} in ${account}`),
      ...(name ? [name] : []),
      ...takenFindings(cloud, seen),
      ...databaseFindings(cloud, seen),
      zoneFinding(cloud, zones),
      ...typeFindings(types, bySize, cargo),
      permissions,
      ...quotas,
      certificateFinding(cloud, seen),
      mail,
      good('image', `Debian 13 ${imageId} (${kept ? 'as it runs' : 'the newest'})`),
    ],
    ground: { account, arn, imageId, edgePrefixList, sizes: bySize },
  };
}

/** Throws UserError for a region that is none, or without credentials. */
export async function identityOf({ aws }: Cloud) {
  return aws.identity();
}

/** What must be mended first, as one error. */
export function refuse(findings: readonly Finding[]): void {
  const found = findings.filter(({ state }) => state === 'bad');
  const [first] = found;
  if (!first) return;
  const message = found.map(({ name, text }) => `${name}: ${text}`).join('\n  ');
  const hint = found.map(({ mend }) => mend).join('\n  → ');
  throw new UserError(found.length === 1 ? message : `This stands in the way:\n  ${message}`, { hint });
}

const longestName = 40;

export function nameFinding({ project, environment }: Pick<Cloud, 'project' | 'environment'>): Finding | undefined {
  if (project.length <= longestName) return undefined;
  const room = longestName - environment.length - 1;
  const text = `${project} is ${project.length} characters long; names of load balancers, roles and buckets leave room for ${longestName}`;
  return bad('name', text, `site.name of at most ${room} characters in bootdev.yaml, or a shorter --env`);
}

function takenFindings(cloud: Cloud, seen: readonly Seen[]): Finding[] {
  const taken = seen.filter(({ info }) => info && isForeign(cloud, info));
  const [first] = taken;
  if (!first) return [];
  const owner = first.info?.tags['bootdev:project'];
  const names = taken.map(({ name }) => name).join(', ');
  return owner
    ? [
        bad(
          'names',
          `${names}: made from another folder of bootdev (project ${owner}, this one is ${cloud.projectId})`,
          `the same site, cloned anew? bootdev promote --adopt ${owner}   Another one: choose another site.name`,
        ),
      ]
    : [bad('names', `${names}: taken by something that bootdev did not make`, 'choose another site.name or --env')];
}

/** Another server over the same data, or less disk, is no change that AWS can make. */
function databaseFindings({ settings }: Cloud, seen: readonly Seen[]): Finding[] {
  const now = seen.find(({ stack }) => stack.part === 'data')?.info?.parameters ?? {};
  const { DatabaseEngine: engine = settings.database.engine, DatabaseStorage: storage = '0' } = now;
  return [
    ...(engine === settings.database.engine
      ? []
      : [
          bad(
            'database',
            `runs ${engine}, the settings ask for ${settings.database.engine}: its data would stay behind`,
            `database.engine: ${engine} in bootdev.yaml; or promote to a new --env and move the data by export and import`,
          ),
        ]),
    ...(Number(storage) > settings.aws.databaseStorage
      ? [
          bad(
            'database',
            `has ${storage} GB of storage, which can only grow`,
            `aws.databaseStorage: ${storage} in bootdev.yaml`,
          ),
        ]
      : []),
  ];
}

function zoneFinding({ settings, aws }: Cloud, zones: readonly string[]): Finding {
  const { zones: wanted } = settings.aws;
  if (zones.length >= wanted) return good('zones', `${wanted} of ${zones.length} in ${aws.region}`);
  const text = `${aws.region} has ${zones.length} for this account, aws.zones asks for ${wanted}`;
  return bad(
    'zones',
    text,
    zones.length >= 2 ? `aws.zones: ${zones.length} in bootdev.yaml` : 'choose another aws.region',
  );
}

function usedTypes({ settings }: Cloud, { architecture, bundles }: Cargo): string[] {
  const types = instances(settings, architecture);
  const machines = instanceKinds.filter(({ kind }) => bundles.has(kind)).map(({ size }) => types[size]);
  return [...new Set([...machines, instanceOf(types.database)])];
}

function typeFindings(
  types: readonly string[],
  sizes: ReadonlyMap<string, { architectures: string[] }>,
  { architecture }: Cargo,
): Finding[] {
  const wanted = architecture === 'amd64' ? 'x86_64' : 'arm64';
  // The database may have another architecture: its server is AWS's own.
  const machines = types.slice(0, -1);
  const absent = types.filter((type) => !sizes.has(type));
  const other = machines.filter((type) => sizes.has(type) && !sizes.get(type)?.architectures.includes(wanted));
  return [
    ...(absent.length > 0
      ? [
          bad(
            'instances',
            `${absent.join(', ')}: not offered in this region`,
            'choose others: aws.webInstance and its like',
          ),
        ]
      : []),
    ...(other.length > 0
      ? [
          bad(
            'instances',
            `${other.join(', ')}: not ${architecture}, as the replica and its packages are`,
            `choose ${architecture === 'amd64' ? 'Intel or AMD types (m7i, t3)' : 'Graviton types (m7g, t4g)'}`,
          ),
        ]
      : []),
  ];
}

async function permissionFinding(asked: Account, arn: string, statements: readonly Statement[]): Promise<Finding> {
  const user = principalOf(arn);
  if (!user || statements.length === 0)
    return good('permissions', user ? 'not simulated' : 'the root user may do everything');
  try {
    const denied = (await Promise.all(statements.map((each) => asked.denied(user, each)))).flat();
    const count = statements.reduce((sum, { actions }) => sum + actions.length, 0);
    if (denied.length === 0) return good('permissions', `${count} actions, simulated`);
    const some = denied.slice(0, 3).join(', ');
    const more = denied.length > 3 ? ` and ${denied.length - 3} more` : '';
    return warning('permissions', `not allowed: ${some}${more}`, 'the policies in cfn/iam/ have all of them');
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return warning('permissions', 'not simulated: this identity may not ask', 'allow iam:SimulatePrincipalPolicy');
  }
}

/** The user or role behind an identity; undefined: the root user. */
function principalOf(arn: string): string | undefined {
  const role = /^arn:([\w-]+):sts::(\d+):assumed-role\/([^/]+)\//.exec(arn);
  if (role) return `arn:${role[1]}:iam::${role[2]}:role/${role[3]}`;
  return arn.endsWith(':root') ? undefined : arn;
}

async function quotaFindings(
  cloud: Cloud,
  asked: Account,
  seen: readonly Seen[],
  { architecture, bundles }: Cargo,
  sizes: ReadonlyMap<string, { cpus: number }>,
): Promise<Finding[]> {
  const { settings } = cloud;
  const types = instances(settings, architecture);
  const counts = { web: webCounts(settings).max, files: 2 } as Partial<Record<string, number>>;
  const needed = instanceKinds
    .filter(({ kind }) => bundles.has(kind))
    .reduce((sum, { size }) => sum + (counts[size] ?? 1) * (sizes.get(types[size])?.cpus ?? 2), 0);
  const network = seen.find(({ stack }) => stack.part === 'network');
  const isNew = !(network?.info && hasResources(network.info));
  const gateways = settings.aws.nat === 'one' ? 1 : settings.aws.zones;
  const [cpus, running, ...rest] = await Promise.all([
    asked.quota('ec2', 'L-1216C47A'),
    asked.runningCpus({ tag: 'bootdev:machine', prefix: `${cloud.project}/` }),
    ...(isNew
      ? [asked.quota('ec2', 'L-0263D0A3'), asked.addresses(), asked.quota('vpc', 'L-F678F1CE'), asked.vpcs()]
      : []),
  ]);
  const [addresses = gateways, usedAddresses = 0, vpcs = 1, usedVpcs = 0] = rest;
  const problems = [
    quota('vCPUs', needed, running, cpus, 'L-1216C47A', 'ec2'),
    quota('public address(es)', gateways, usedAddresses, addresses, 'L-0263D0A3', 'ec2'),
    quota('VPC', 1, usedVpcs, vpcs, 'L-F678F1CE', 'vpc'),
  ].filter((finding) => finding !== undefined);
  return problems.length > 0 ? problems : [good('quotas', `${needed} vCPUs at most, ${cpus - running} free`)];
}

function quota(what: string, needed: number, used: number, limit: number, code: string, service: string) {
  if (used + needed <= limit) return undefined;
  const text = `${needed} ${what} needed, ${Math.max(limit - used, 0)} of ${limit} are free`;
  const command = `aws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} --desired-value ${used + needed}`;
  return bad('quotas', text, command);
}

function certificateFinding({ settings }: Cloud, seen: readonly Seen[]): Finding {
  if (!domainOf(settings)) return good('certificate', "none needed: no public domain, so CloudFront's own name");
  const there = seen.find(({ stack }) => stack.part === 'certificate')?.info;
  if (there && hasResources(there)) return good('certificate', `of ${settings.site.domain}, issued`);
  if (settings.aws.hostedZone) return good('certificate', `confirmed by AWS itself in zone ${settings.aws.hostedZone}`);
  return warning(
    'certificate',
    `${settings.site.domain} has to be confirmed by a DNS record; promote waits for it and shows it`,
    'have the DNS of the domain at hand, or set aws.hostedZone',
  );
}

async function mailFinding({ settings }: Cloud, asked: Account): Promise<Finding> {
  const { from } = settings.mail;
  if (from.endsWith('.localhost')) {
    const text = `nobody can prove that ${from} is theirs: no mail will leave AWS`;
    return warning('mail', text, 'mail.from: an address of yours, in bootdev.yaml');
  }
  if (await asked.mailIsOpen()) return good('mail', 'SES sends to everybody');
  return warning(
    'mail',
    'SES is in its sandbox: it sends to verified addresses only',
    'ask AWS for production access: SES console, Account dashboard (about a day)',
  );
}
