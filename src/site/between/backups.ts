/** The backups of an environment on AWS, as its admin machine leaves them in the bucket (docker/roles/backup). */
import { z } from 'zod';
import type { Cloud } from '../../cloud/cloud.ts';
import { refuse } from '../../cloud/preflight/finding.ts';
import { checkTakenNames } from '../../cloud/preflight/names.ts';
import { describeStacks } from '../../cloud/stacks/describe.ts';
import { usedStacks } from '../../cloud/stacks/stacks.ts';
import { UserError } from '../../errors.ts';
import type { Bucket } from '../../io/aws/aws.ts';

const about = z.object({
  /** Its name: 20261129T024000Z. */
  time: z.string(),
  bytes: z.number(),
  sha256: z.string(),
  /** When its rows were read, ISO 8601. */
  moment: z.string(),
  engine: z.enum(['mysql', 'mariadb']),
  version: z.string(),
  /** Views that did not work there, and routines that the site's account could not read: they are not in it. */
  broken: z.array(z.string()),
  /** Rows by table; of one without persons none are counted. */
  tables: z.record(z.string(), z.number()),
});

export type Backup = z.output<typeof about> & { key: string };

/** Without persons, or all of it. */
export type Kind = 'sanitised' | 'backups';

/** An environment on AWS as the place where backups are. */
export interface Side {
  /** Its name: production. */
  name: string;
  /** Of its artifacts. */
  bucket: Bucket;
}

/** Throws UserError where the environment has none, or it is somebody else's. */
export async function sideOf(cloud: Cloud): Promise<Side> {
  const parts = usedStacks(cloud.settings).filter(({ part }) => part === 'bootstrap');
  const stacks = await describeStacks(cloud, parts);
  refuse(checkTakenNames(cloud, stacks));
  const name = stacks[0]?.info?.outputs.ArtifactBucket;
  if (!name) throw new UserError(`${cloud.project} is not on AWS yet.`, { hint: 'bootdev promote' });
  return { name: cloud.environment, bucket: await cloud.aws.bucket(name) };
}

/** Undefined: there is none of that name that is whole. */
export async function readBackup(bucket: Bucket, kind: Kind, time: string): Promise<Backup | undefined> {
  const found = await bucket.get(`${kind}/${time}.json`);
  if (!found) return undefined;
  try {
    return { ...about.parse(JSON.parse(found.text)), key: `${kind}/${time}.sql.gz` };
  } catch (cause) {
    throw new UserError(`What is said of the backup ${time} cannot be read.`, {
      hint: 'bootdev data pull --from aws --now   (makes another one)',
      cause,
    });
  }
}

/** Throws UserError where there is none. */
export async function newestBackup(bucket: Bucket): Promise<Backup> {
  const keys = (await bucket.list('backups/')).map(({ key }) => key);
  const times = keys.flatMap((key) => /^backups\/(\d{8}T\d{6}Z)\.json$/.exec(key)?.[1] ?? []).sort();
  const newest = times.at(-1);
  const backup = newest && (await readBackup(bucket, 'backups', newest));
  if (backup) return backup;
  throw new UserError('There is no backup yet: the admin machine makes one each night.', {
    hint: 'bootdev data pull --from aws --now   (asks it for one)',
  });
}

/** 2026-11-29 02:40 UTC */
export const momentWords = ({ moment }: Backup): string => `${moment.slice(0, 10)} ${moment.slice(11, 16)} UTC`;
