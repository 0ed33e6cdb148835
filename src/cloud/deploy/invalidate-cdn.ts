/**
 * CloudFront keeps files of the code as long as nginx allows: a month. URLs that carry a version (Drupal's and WordPress' styles and
 * scripts) change with a new release, all others do not; and while machines are being replaced, an old one may have answered for a new
 * URL. So after another release, and after the last machine, everything is invalidated.
 */
import type { Event } from '../../events.ts';
import { step } from '../../steps.ts';
import type { Cloud } from '../cloud.ts';

/** The release whose files CloudFront may have. It is stored, so that the next promote makes up for one that was interrupted. */
const key = 'edge/release';

interface Deployed {
  outputs: Readonly<Record<string, string>>;
  release: string;
  /** Nothing was served before. */
  first: boolean;
}

/** A failure is only a warning, with what to type: the site is live all the same. */
export async function* invalidateCdn(
  cloud: Cloud,
  { outputs: { ArtifactBucket, DistributionId }, release, first }: Deployed,
): AsyncGenerator<Event, void> {
  if (!ArtifactBucket || !DistributionId) return;
  const bucket = await cloud.aws.bucket(ArtifactBucket);
  if ((await bucket.get(key))?.text === release) return;
  if (!first) {
    try {
      yield* step({ id: key, text: 'remove the previous release from CloudFront' }, async () =>
        (await cloud.aws.edge()).invalidate(DistributionId),
      );
    } catch (error) {
      if (cloud.signal.aborted) throw error;
      const hint = `aws cloudfront create-invalidation --distribution-id ${DistributionId} --paths '/*'`;
      const text = `CloudFront may serve files of the previous release for up to a month: ${(error as Error).message}`;
      yield { type: 'notice', level: 'warning', text, hint };
      return;
    }
  }
  await bucket.put(key, release);
}
