import { createReadStream, createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketCorsCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { UserError } from '../../errors.ts';
import { feed } from '../command.ts';
import { temporaryFolder } from '../temporary.ts';
import { type Connection, clientOptions, connect } from './connection.ts';

export interface Listed {
  key: string;
  time: Date;
}

export type BucketRules = Awaited<ReturnType<ReturnType<typeof bucket>['rules']>>;

/** One bucket. */
export function bucket(connection: Connection, name: string) {
  const options: S3ClientConfig = {
    ...clientOptions(connection),
    // Emulators have no host name for each bucket.
    forcePathStyle: Boolean(process.env.AWS_ENDPOINT_URL),
    requestChecksumCalculation: 'WHEN_REQUIRED',
  };
  const client = connect('s3', new S3Client(options), connection);
  const Bucket = name;

  return {
    name,

    async has(key: string): Promise<boolean> {
      return (await orMissing(client.send(new HeadObjectCommand({ Bucket, Key: key })))) !== undefined;
    },

    async get(key: string): Promise<{ text: string; etag: string } | undefined> {
      const found = await orMissing(client.send(new GetObjectCommand({ Bucket, Key: key })));
      return found && { text: (await found.Body?.transformToString()) ?? '', etag: found.ETag ?? '' };
    },

    /** Its bytes from `from` on, without that at `to`. */
    piece: (key: string, from: number, to: number): Promise<Uint8Array> =>
      repeated(3, async () => {
        const Range = `bytes=${from}-${to - 1}`;
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: key, Range }));
        return (await Body?.transformToByteArray()) ?? new Uint8Array();
      }),

    async put(key: string, body: Uint8Array | string, type?: string): Promise<void> {
      await client.send(new PutObjectCommand({ Bucket, Key: key, Body: body, ContentType: type }));
    },

    /** What may be larger than memory, compressed: by way of a file, since S3 asks for the length first. */
    async putPacked(key: string, pieces: Iterable<Uint8Array>): Promise<void> {
      const folder = await temporaryFolder('bootdev-upload');
      try {
        const file = join(folder, 'packed');
        const gzip = createGzip({ level: 9 });
        await Promise.all([feed(gzip, pieces), pipeline(gzip, createWriteStream(file))]);
        const { size } = await stat(file);
        if (size > largest) throw new UserError(`${key} has ${Math.ceil(size / 1e9)} GB; S3 takes 5 GB at once.`);
        await repeated(3, () => {
          const Body = createReadStream(file);
          return client.send(new PutObjectCommand({ Bucket, Key: key, Body, ContentLength: size }));
        });
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },

    /** Writes only where the bucket has what is expected: nothing (no `etag`), or that version. The new version; undefined: it had another. */
    async putIf(key: string, body: string, etag?: string): Promise<string | undefined> {
      const condition = etag ? { IfMatch: etag } : { IfNoneMatch: '*' };
      try {
        const { ETag = '' } = await client.send(new PutObjectCommand({ Bucket, Key: key, Body: body, ...condition }));
        return ETag;
      } catch (error) {
        // 409: two such requests at the same time.
        if (status(error) !== 412 && status(error) !== 409 && status(error) !== 404) throw error;
        // Written by this very request, whose answer was lost: the SDK has sent it again.
        const found = await this.get(key);
        return found?.text === body ? found.etag : undefined;
      }
    },

    async remove(key: string): Promise<void> {
      await client.send(new DeleteObjectCommand({ Bucket, Key: key }));
    },

    async list(prefix: string): Promise<Listed[]> {
      const all: Listed[] = [];
      try {
        for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix: prefix }))
          for (const { Key = '', LastModified = new Date(0) } of Contents) all.push({ key: Key, time: LastModified });
      } catch (error) {
        if (status(error) !== 404) throw error; // no such bucket: nothing in it
      }
      return all;
    },

    /** Who may do what with it, as it is now. undefined: there is no such rule. */
    async rules() {
      const [cors, policy, block] = await Promise.all([
        orMissing(client.send(new GetBucketCorsCommand({ Bucket }))),
        orMissing(client.send(new GetBucketPolicyCommand({ Bucket }))),
        orMissing(client.send(new GetPublicAccessBlockCommand({ Bucket }))),
      ]);
      return { cors: cors?.CORSRules, policy: policy?.Policy, publicAccess: block?.PublicAccessBlockConfiguration };
    },

    /** Deletes every object in every version, a thousand at a time; yields how many so far. Always the first page: what it had is gone. */
    async *empty(): AsyncGenerator<number, void> {
      let deleted = 0;
      for (;;) {
        const page = await orMissing(client.send(new ListObjectVersionsCommand({ Bucket })));
        const Objects = [...(page?.Versions ?? []), ...(page?.DeleteMarkers ?? [])].map(({ Key, VersionId }) => ({
          Key,
          ...(VersionId ? { VersionId } : {}),
        }));
        if (Objects.length === 0) return;
        const { Errors = [] } = await client.send(
          new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }),
        );
        const [first] = Errors;
        if (first) throw new Error(`${name}: ${first.Key} cannot be deleted: ${first.Message}`);
        deleted += Objects.length;
        yield deleted;
      }
    },
  };
}

/** Of one PUT. */
const largest = 5 * 2 ** 30;

/** The SDK repeats no request whose body is a stream, nor one whose answer breaks off. */
async function repeated<T>(times: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const refused = (status(error) ?? 500) < 500;
    if (times <= 1 || refused) throw error;
    await pause(1000);
    return repeated(times - 1, work);
  }
}

const status = (error: unknown) => (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;

async function orMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (status(error) === 404) return undefined;
    throw error;
  }
}
