/** The AWS side: the nodes' reports, the parameter groups and the sizes. Reads only. */
import { daysBetween } from '../../cloud/preflight/instances.ts';
import { instanceOf, usable, webCounts } from '../../cloud/stacks/sizes.ts';
import { Interrupted } from '../../errors.ts';
import type { Distribution } from '../../io/aws/edge.ts';
import type { BucketRules } from '../../io/aws/s3.ts';
import { capacity, databaseConnections, type Size } from '../../machines/capacity.ts';
import { instanceMachines, type Kind, type Machine, usedMachines } from '../../machines/table.ts';
import type { TargetName } from '../../machines/target.ts';
import type { Settings } from '../../settings/schema.ts';
import { readBucketRules } from './bucket.ts';
import { capacityOf } from './desired.ts';
import { readDistribution } from './distribution.ts';
import type { Parameters } from './files.ts';
import { installedBy, nodesOf, type StoredReport } from './nodes.ts';
import type { AwsSide } from './sides.ts';

interface Stack {
  parameters: Record<string, string>;
  outputs: Record<string, string>;
}

/** The part of io/aws that parity uses. */
export interface Reader {
  cloudformation: () => Promise<{ stack: (name: string) => Promise<Stack | undefined> }>;
  bucket: (name: string) => Promise<{
    list: (prefix: string) => Promise<{ key: string; time: Date }[]>;
    get: (key: string) => Promise<{ text: string } | undefined>;
    rules: () => Promise<BucketRules>;
  }>;
  account: () => Promise<{
    instanceSizes: (types: string[]) => Promise<({ type: string } & Size)[]>;
    /** When machine images were made; one that is not offered any more is not there. */
    imageDates: (ids: string[]) => Promise<Map<string, Date>>;
  }>;
  edge: () => Promise<{ distribution: (id: string) => Promise<Distribution> }>;
  services: () => Promise<{
    /** Only what a user set. */
    databaseParameters: (group: string) => Promise<Parameters>;
    cacheParameters: (group: string) => Promise<Parameters>;
    /** undefined: there is no such database. */
    database: (id: string) => Promise<{ groupState: string; version: string } | undefined>;
    /** Instances of a project by id, with their kind. */
    running: (project: string) => Promise<Map<string, string>>;
  }>;
}

const parts = ['bootstrap', 'data', 'search', 'files', 'edge', 'web'] as const;

export interface Place {
  /** Prefix of the stacks: shop-production. */
  project: string;
  environment: string;
}

/** undefined: nothing was ever promoted there. */
export async function readAwsSide(reader: Reader, place: Place, settings: Settings): Promise<AwsSide | undefined> {
  const { stack } = await reader.cloudformation();
  const stacks = new Map(
    await Promise.all(parts.map(async (part) => [part, await stack(`${place.project}-${part}`)] as const)),
  );
  const bucket = stacks.get('bootstrap')?.outputs.ArtifactBucket;
  if (!bucket || !stacks.get('web')) return undefined;
  const parameter = (part: string, name: string) => stacks.get(part as (typeof parts)[number])?.parameters[name];

  const services = await reader.services();
  const data = stacks.get('data')?.outputs ?? {};
  const names = {
    bucket: stacks.get('files')?.outputs.MediaBucket ?? '',
    distribution: stacks.get('edge')?.outputs.DistributionId ?? '',
  };
  const [sizes, reports, running, group, cache, database, installed, images, cdn, media] = await Promise.all([
    sizesOf(reader, settings, parameter),
    storedReports(reader, bucket),
    services.running(place.project),
    data.DatabaseParameterGroup ? services.databaseParameters(data.DatabaseParameterGroup) : undefined,
    data.CacheParameterGroup ? services.cacheParameters(data.CacheParameterGroup) : undefined,
    data.DatabaseId ? services.database(data.DatabaseId) : undefined,
    installedOf(reader, bucket, parameter),
    imagesOf(reader, settings, parameter),
    orUnread(async () => readDistribution(await (await reader.edge()).distribution(names.distribution))),
    orUnread(async () => readBucketRules(await (await reader.bucket(names.bucket)).rules(), settings, names)),
  ]);
  return {
    environment: place.environment,
    // An emulator runs no instances; there, only a report's age tells whether its node exists.
    nodes: nodesOf(reports, new Date(), running.size > 0 ? (running as Map<string, Kind>) : undefined),
    groups: {
      ...(group ? { [settings.database.engine]: group } : {}),
      ...(cache ? { memcached: cache } : {}),
      ...(typeof cdn === 'string' ? {} : { cdn }),
      ...(typeof media === 'string' ? {} : { s3: media }),
    },
    unread: { ...(typeof cdn === 'string' ? { cdn } : {}), ...(typeof media === 'string' ? { s3: media } : {}) },
    groupState: database?.groupState,
    databaseVersion: database?.version,
    sizes,
    capacity: capacities(settings, sizes, Number(parameter('web', 'WebMax') ?? webCounts(settings).max)),
    installed,
    images,
  };
}

/** Why it could not be read: a row says so, and the others are compared. A policy of before has no right to these. */
async function orUnread(read: () => Promise<Parameters>): Promise<Parameters | string> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    return (error as Error).message;
  }
}

type ParameterOf = (part: string, name: string) => string | undefined;

/** The EC2 type or database class that the stacks were deployed with; undefined: another service, or not deployed. */
function typeOf({ kind, instance }: Machine, settings: Settings, parameter: ParameterOf): string | undefined {
  if (instance) return parameter(instance.stack, `${instance.word}InstanceType`);
  return kind === settings.database.engine ? parameter('data', 'DatabaseClass') : undefined;
}

async function sizesOf(reader: Reader, settings: Settings, parameter: ParameterOf): Promise<Map<Kind, Size>> {
  const types = new Map(
    usedMachines(settings).flatMap((machine): [Kind, string][] => {
      const type = typeOf(machine, settings, parameter);
      return type ? [[machine.kind, instanceOf(type)]] : [];
    }),
  );
  const { instanceSizes } = await reader.account();
  const found = new Map((await instanceSizes([...types.values()])).map((each) => [each.type, each]));
  return new Map(
    [...types].flatMap(([kind, type]): [Kind, Size][] => {
      const size = found.get(type);
      return size ? [[kind, usable(size, { database: kind === settings.database.engine })]] : [];
    }),
  );
}

/** The formula at AWS's sizes; every FPM child of the largest web group may have a connection open. */
function capacities(settings: Settings, sizes: ReadonlyMap<Kind, Size>, webMax: number): AwsSide['capacity'] {
  const { php } = settings;
  const values = { php, connections: databaseConnections(sizes.get('web'), { most: webMax, php }) };
  return new Map(
    usedMachines(settings).flatMap(({ kind, target }) => {
      const size = sizes.get(kind);
      if (!size) return [];
      const all: Partial<Record<TargetName, string>> = capacity(size, values);
      return [[kind, capacityOf(Object.fromEntries(target.map((name) => [name, all[name] ?? ''])))] as const];
    }),
  );
}

async function storedReports(reader: Reader, name: string): Promise<StoredReport[]> {
  const bucket = await reader.bucket(name);
  return Promise.all(
    (await bucket.list('reports/')).map(async ({ key, time }) => ({
      key,
      at: time,
      text: (await bucket.get(key))?.text ?? '',
    })),
  );
}

async function installedOf(reader: Reader, name: string, parameter: ParameterOf): Promise<AwsSide['installed']> {
  const bucket = await reader.bucket(name);
  const found = await Promise.all(
    instanceMachines.map(async ({ kind, instance: { stack, word } }) => {
      const digest = parameter(stack, `${word}Packages`);
      const manifest = digest ? await bucket.get(`packages/${digest}.manifest`) : undefined;
      return manifest ? ([[kind, installedBy(manifest.text)]] as [Kind, Set<string>][]) : [];
    }),
  );
  return new Map(found.flat());
}

async function imagesOf(reader: Reader, settings: Settings, parameter: ParameterOf): Promise<AwsSide['images']> {
  const ids = new Map(
    usedMachines(settings).flatMap(({ kind, instance }): [Kind, string][] => {
      const id = instance && parameter(instance.stack, 'ImageId');
      return id ? [[kind, id]] : [];
    }),
  );
  if (ids.size === 0) return new Map();
  const { imageDates } = await reader.account();
  // An older policy does not allow the question; that is no difference.
  const dates = await imageDates([...new Set(ids.values())]).catch(() => new Map<string, Date>());
  const daysOf = (date: Date | undefined) => date && daysBetween(date, new Date());
  return new Map([...ids].map(([kind, id]) => [kind, { id, days: daysOf(dates.get(id)) }]));
}
