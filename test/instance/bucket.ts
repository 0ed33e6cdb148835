/** A bucket of the emulator. */
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { credentials } from '../emulator/stacks.ts';

export type Bucket = ReturnType<typeof bucketOf>;

export function bucketOf(endpoint: string, Bucket: string) {
  const s3 = new S3Client({ endpoint, region: 'eu-west-1', credentials, forcePathStyle: true });
  const bucket = {
    async keys(pattern: RegExp): Promise<string[]> {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
      return Contents.flatMap(({ Key = '' }) => (pattern.test(Key) ? [Key] : []));
    },
    async bytes(Key: string): Promise<Buffer> {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    },
    text: async (key: string) => (await bucket.bytes(key)).toString(),
    /** Objects by key. */
    async read(keys: string[]): Promise<Record<string, Buffer>> {
      return Object.fromEntries(await Promise.all(keys.map(async (key) => [key, await bucket.bytes(key)] as const)));
    },
    changed: async (Key: string) => (await s3.send(new HeadObjectCommand({ Bucket, Key }))).LastModified,
    put: (Key: string, Body: string | Buffer) => s3.send(new PutObjectCommand({ Bucket, Key, Body })),
    remove: (Key: string) => s3.send(new DeleteObjectCommand({ Bucket, Key })),
  };
  return bucket;
}
