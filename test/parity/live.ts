/** CloudFront and S3 as they are after a promote: the shipped templates with a site's settings, asked by the program's own clients. */
import { edgeCookies } from '../../src/bundle/derived.ts';
import { edge } from '../../src/io/aws/edge.ts';
import { bucket } from '../../src/io/aws/s3.ts';
import { packageRoot } from '../../src/io/environment/package.ts';
import { readSources } from '../../src/project/sources.ts';
import { completeSettings } from '../../src/settings/schema.ts';
import { type RawSettings, resourcesOf } from '../cfn/replacement.ts';
import { FakeAws } from '../fakes/aws.ts';
import type { Value } from '../fakes/template-values.ts';

export const names = { bucket: 'files-MediaBucket', distribution: 'edge-Distribution' };
export const sources = await readSources(packageRoot);

export async function promoted(raw: RawSettings) {
  const settings = completeSettings(raw);
  const resources = resourcesOf(raw, { edgeCookies: edgeCookies(settings, sources.docker) });
  const fake = await new FakeAws().start();
  fake.cloudformation.resources = () => resources as never;
  fake.s3.buckets.set(names.bucket, new Map());
  Object.assign(process.env, fake.env);
  const connection = { region: 'eu-west-1' };
  return {
    settings,
    edge: edge(connection),
    bucket: bucket(connection, names.bucket),
    /** Of a resource: a change by hand. */
    properties: (name: string): Value => resources.find(({ physical }) => physical === name)?.properties,
    stop: () => fake.stop(),
  };
}
