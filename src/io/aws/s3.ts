import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { type Connection, clientOptions, sender } from './connection.ts';

export interface Listed {
  key: string;
  time: Date;
}

/** One bucket. */
export function bucket(connection: Connection, name: string) {
  const client = new S3Client({
    ...clientOptions(connection),
    // Emulators have no host name for each bucket.
    forcePathStyle: Boolean(process.env.AWS_ENDPOINT_URL),
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
  const send = sender('s3', client, connection);
  const Bucket = name;

  return {
    name,

    async has(key: string): Promise<boolean> {
      return (await orMissing(send(new HeadObjectCommand({ Bucket, Key: key })))) !== undefined;
    },

    async get(key: string): Promise<{ text: string; etag: string } | undefined> {
      const found = await orMissing(send(new GetObjectCommand({ Bucket, Key: key })));
      return found && { text: (await found.Body?.transformToString()) ?? '', etag: found.ETag ?? '' };
    },

    async put(key: string, body: Uint8Array | string): Promise<void> {
      await send(new PutObjectCommand({ Bucket, Key: key, Body: body }));
    },

    /** Writes only what is as expected: nothing there (no `etag`), or that version. The new version; undefined: it was another. */
    async putIf(key: string, body: string, etag?: string): Promise<string | undefined> {
      const condition = etag ? { IfMatch: etag } : { IfNoneMatch: '*' };
      try {
        const { ETag = '' } = await send(new PutObjectCommand({ Bucket, Key: key, Body: body, ...condition }));
        return ETag;
      } catch (error) {
        // 409: two such requests at the same moment.
        if (status(error) === 412 || status(error) === 409 || status(error) === 404) return undefined;
        throw error;
      }
    },

    async remove(key: string): Promise<void> {
      await send(new DeleteObjectCommand({ Bucket, Key: key }));
    },

    async list(prefix: string): Promise<Listed[]> {
      const all: Listed[] = [];
      let token: string | undefined;
      do {
        const page = await orMissing(
          send(new ListObjectsV2Command({ Bucket, Prefix: prefix, ...(token ? { ContinuationToken: token } : {}) })),
        );
        for (const { Key = '', LastModified = new Date(0) } of page?.Contents ?? [])
          all.push({ key: Key, time: LastModified });
        token = page?.NextContinuationToken;
      } while (token);
      return all;
    },

    /** Every object in every version, a thousand at a time; yields how many are gone. */
    async *empty(): AsyncGenerator<number, void> {
      let gone = 0;
      for (;;) {
        const page = await orMissing(send(new ListObjectVersionsCommand({ Bucket })));
        const Objects = [...(page?.Versions ?? []), ...(page?.DeleteMarkers ?? [])].map(({ Key, VersionId }) => ({
          Key,
          ...(VersionId ? { VersionId } : {}),
        }));
        if (Objects.length === 0) return;
        const { Errors = [] } = await send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
        const [first] = Errors;
        if (first) throw new Error(`${name}: ${first.Key} cannot be deleted: ${first.Message}`);
        gone += Objects.length;
        yield gone;
      }
    },
  };
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
