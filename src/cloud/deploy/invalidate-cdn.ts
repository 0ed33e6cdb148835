/**
 * CloudFront keeps files of the code as long as nginx says: a month. Addresses that carry a version (Drupal's and WordPress' styles and
 * scripts) are new with a new release, all others are not; and while machines are replaced, an old one may have answered for a new
 * address. So after another release, and after the last machine, it forgets everything.
 */
import type { Event } from '../../events.ts';
import type { Cloud } from '../cloud.ts';

/** The release that CloudFront knows files of. It is kept, so that a promote that was left on the way is made good by the next one. */
const key = 'edge/release';

interface Serving {
  outputs: Readonly<Record<string, string>>;
  release: string;
  /** Nothing was served before. */
  first: boolean;
}

/** A failure is said, with what to type: the site is live all the same. */
export async function* invalidateCdn(
  cloud: Cloud,
  { outputs: { ArtifactBucket, DistributionId }, release, first }: Serving,
): AsyncGenerator<Event, void> {
  if (!ArtifactBucket || !DistributionId) return;
  const bucket = await cloud.aws.bucket(ArtifactBucket);
  if ((await bucket.get(key))?.text === release) return;
  if (!first) {
    const step = { type: 'step', id: key, text: 'CloudFront forgets the files of the release before' } as const;
    yield { ...step, state: 'start' };
    try {
      await (await cloud.aws.edge()).invalidate(DistributionId);
    } catch (error) {
      if (cloud.signal.aborted) throw error;
      yield { ...step, state: 'failed' };
      const hint = `aws cloudfront create-invalidation --distribution-id ${DistributionId} --paths '/*'`;
      const text = `CloudFront may show files of the release before, for up to a month: ${(error as Error).message}`;
      yield { type: 'notice', level: 'warning', text, hint };
      return;
    }
    yield { ...step, state: 'done' };
  }
  await bucket.put(key, release);
}
