/** S3 in memory: stacks create the buckets; objects, also in parts, conditions, and one version of each object. */
import { createHash } from 'node:crypto';
import { ApiError } from './api-error.ts';
import type { MadeResource } from './cloudfront.ts';
import type { Value } from './template-values.ts';
import { xml } from './xml.ts';

export interface S3Request {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

interface S3Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

interface Stored {
  bytes: Buffer;
  etag: string;
  time: Date;
}

export class FakeS3 {
  readonly buckets = new Map<string, Map<string, Stored>>();
  /** Parts of objects that are not complete, by the upload's id. */
  private readonly uploads = new Map<string, Buffer[]>();
  private readonly resources: () => readonly MadeResource[];

  /** `resources`: what stacks have made; a bucket's rules are theirs. */
  constructor(resources: () => readonly MadeResource[] = () => []) {
    this.resources = resources;
  }

  /** A test's own object: a boot log, a report. */
  put(bucket: string, key: string, content: string | Buffer, time = new Date()): void {
    const bytes = Buffer.from(content as string);
    this.bucket(bucket).set(key, { bytes, etag: etagOf(bytes), time });
  }

  keys(bucket: string): string[] {
    return [...this.bucket(bucket).keys()];
  }

  private bucket(name: string): Map<string, Stored> {
    const found = this.buckets.get(name);
    if (!found) throw new ApiError('NoSuchBucket', 'The specified bucket does not exist', 404);
    return found;
  }

  answer({ method, path, query, headers, body }: S3Request): S3Answer {
    const [, name = '', key = ''] = /^\/([^/]+)\/?(.*)$/.exec(decodeURIComponent(path)) ?? [];
    const bucket = this.bucket(name);
    if (!key && method === 'POST' && query.has('delete')) {
      for (const [, each = ''] of body.toString().matchAll(/<Key>([^<]*)<\/Key>/g)) bucket.delete(each);
      return { status: 200, body: '<DeleteResult/>' };
    }
    const rule = key ? undefined : ['cors', 'policy', 'publicAccessBlock'].find((each) => query.has(each));
    if (rule) return { status: 200, body: bucketRule(rule, name, this.resources()) };
    if (!key && query.has('versions')) {
      const all = [...bucket].slice(0, 2).map(([Key]) => `<Version>${xml({ Key, VersionId: 'null' })}</Version>`);
      return { status: 200, body: `<ListVersionsResult>${all.join('')}</ListVersionsResult>` };
    }
    if (!key) {
      const prefix = query.get('prefix') ?? '';
      const all = [...bucket]
        .filter(([each]) => each.startsWith(prefix))
        .map(([Key, { time, etag }]) => `<Contents>${xml({ Key, LastModified: time, ETag: etag })}</Contents>`);
      return { status: 200, body: `<ListBucketResult>${all.join('')}</ListBucketResult>` };
    }
    const parts = this.uploads.get(query.get('uploadId') ?? '');
    if (query.has('uploads')) {
      const UploadId = `upload-${this.uploads.size}`;
      this.uploads.set(UploadId, []);
      return {
        status: 200,
        body: `<InitiateMultipartUploadResult>${xml({ UploadId })}</InitiateMultipartUploadResult>`,
      };
    }
    if (parts && method === 'PUT') {
      parts[Number(query.get('partNumber')) - 1] = body;
      return { status: 200, headers: { etag: etagOf(body) } };
    }
    if (parts) {
      this.put(name, key, Buffer.concat(parts));
      return { status: 200, body: '<CompleteMultipartUploadResult></CompleteMultipartUploadResult>' };
    }
    const found = bucket.get(key);
    if (method === 'PUT') {
      const { 'if-none-match': none, 'if-match': match } = headers;
      if ((none && found) || (match && found && match !== found.etag))
        throw new ApiError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);
      if (match && !found) throw new ApiError('NoSuchKey', 'The specified key does not exist.', 404);
      const etag = etagOf(body);
      bucket.set(key, { bytes: body, etag, time: new Date() });
      return { status: 200, headers: { etag } };
    }
    if (method === 'DELETE') {
      bucket.delete(key);
      return { status: 204 };
    }
    if (!found) throw new ApiError('NoSuchKey', 'The specified key does not exist.', 404);
    const answer = { status: 200, headers: { etag: found.etag, 'last-modified': found.time.toUTCString() } };
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(String(headers.range ?? '')) ?? [];
    if (from) return { ...answer, status: 206, body: found.bytes.subarray(Number(from), Number(to) + 1) };
    return method === 'HEAD' ? answer : { ...answer, body: found.bytes };
  }
}

const etagOf = (bytes: Buffer) => `"${createHash('md5').update(bytes).digest('hex')}"`;

/** As the template has it; what it has not is refused by its own word. */
function bucketRule(rule: string, bucket: string, resources: readonly MadeResource[]): string {
  const own: Value = resources.find(
    ({ type, physical }) => type === 'AWS::S3::Bucket' && physical === bucket,
  )?.properties;
  const policy: Value = resources.find(
    ({ type, properties }) => type === 'AWS::S3::BucketPolicy' && properties.Bucket === bucket,
  )?.properties;
  const missing = (code: string) => new ApiError(code, `${bucket} has none`, 404);
  if (rule === 'policy') {
    if (!policy) throw missing('NoSuchBucketPolicy');
    return JSON.stringify(policy.PolicyDocument);
  }
  if (rule === 'publicAccessBlock') {
    const block = own?.PublicAccessBlockConfiguration;
    if (!block) throw missing('NoSuchPublicAccessBlockConfiguration');
    return `<PublicAccessBlockConfiguration>${xml(block)}</PublicAccessBlockConfiguration>`;
  }
  const rules: Value[] | undefined = own?.CorsConfiguration?.CorsRules;
  if (!rules) throw missing('NoSuchCORSConfiguration');
  const all = (name: string, values: Value) =>
    [values]
      .flat()
      .flatMap((each) => String(each).split(','))
      .map((each) => `<${name}>${xml(each)}</${name}>`)
      .join('');
  const written = rules.map(
    (each) =>
      `<CORSRule>${all('AllowedOrigin', each.AllowedOrigins)}${all('AllowedMethod', each.AllowedMethods)}${all('AllowedHeader', each.AllowedHeaders)}${all('ExposeHeader', each.ExposedHeaders)}<MaxAgeSeconds>${each.MaxAge}</MaxAgeSeconds></CORSRule>`,
  );
  return `<CORSConfiguration>${written.join('')}</CORSConfiguration>`;
}
