/** Takes pages out of what CloudFront keeps. The machines' micro-caches cannot be reached from here: the answer says so. */
import { UserError } from '../errors.ts';
import type { Event } from '../events.ts';
import { edgePaths, type PurgeOptions, purgeLines } from '../settings/site-address.ts';
import { step } from '../steps.ts';
import type { Cloud } from './cloud.ts';
import { describeStacks } from './stacks/describe.ts';
import { usedStacks } from './stacks/stacks.ts';

/** Throws UserError. */
export async function* purge(cloud: Cloud, options: PurgeOptions): AsyncGenerator<Event, void> {
  const { settings, environment } = cloud;
  const lines = purgeLines(settings, options);
  yield { type: 'begin', verb: 'purge', project: `${settings.site.name} → ${environment}` };
  yield* invalidate(cloud, 'remove it from CloudFront', edgePaths(lines));
  const { ttl, grace } = settings.cache;
  yield {
    type: 'notice',
    level: 'warning',
    text: `The web machines keep a page for up to ${ttl + grace} s, and CloudFront may take it from them again: nothing reaches their micro-caches from here.`,
    hint: "the site's own code purges them, or a person on a web machine: docs/purge.md",
  };
  yield { type: 'done', text: 'CloudFront removes it within a minute or two.' };
}

/** `paths`: those that go; without them all. Throws UserError. */
export async function* invalidate(cloud: Cloud, text: string, paths?: readonly string[]): AsyncGenerator<Event, void> {
  const parts = usedStacks(cloud.settings).filter(({ part }) => part === 'edge');
  const [edge] = await describeStacks(cloud, parts);
  const distribution = edge?.info?.outputs.DistributionId;
  if (!distribution) throw new UserError(`${cloud.project} has no CloudFront.`, { hint: 'bootdev promote' });
  yield* step({ id: 'cloudfront', text }, async () => (await cloud.aws.edge()).invalidate(distribution, paths));
}
