import {
  CloudFrontClient,
  CreateInvalidationCommand,
  GetCachePolicyCommand,
  GetDistributionConfigCommand,
  GetOriginRequestPolicyCommand,
  GetResponseHeadersPolicyCommand,
  paginateListDistributions,
} from '@aws-sdk/client-cloudfront';
import { type Connection, clientOptions, connect } from './connection.ts';

export type Distribution = Awaited<ReturnType<ReturnType<typeof edge>['distribution']>>;

/** CloudFront. */
export function edge(connection: Connection) {
  const client = connect('cloudfront', new CloudFrontClient(clientOptions(connection)), connection);

  return {
    /** The distribution of this account that has a name among its aliases. */
    async aliasHolder(name: string): Promise<string | undefined> {
      for await (const { DistributionList } of paginateListDistributions({ client }, {}))
        for (const { Id, Aliases } of DistributionList?.Items ?? []) if (Aliases?.Items?.includes(name)) return Id;
      return undefined;
    },

    /** What a distribution does now, and the policies that its behaviours name, by id. */
    async distribution(Id: string) {
      const { DistributionConfig: config } = await client.send(new GetDistributionConfigCommand({ Id }));
      const behaviours = [config?.DefaultCacheBehavior, ...(config?.CacheBehaviors?.Items ?? [])];
      const [cache, requests, answers] = await Promise.all([
        byId(
          behaviours.map((each) => each?.CachePolicyId),
          async (Id) => (await client.send(new GetCachePolicyCommand({ Id }))).CachePolicy?.CachePolicyConfig,
        ),
        byId(
          behaviours.map((each) => each?.OriginRequestPolicyId),
          async (Id) =>
            (await client.send(new GetOriginRequestPolicyCommand({ Id }))).OriginRequestPolicy
              ?.OriginRequestPolicyConfig,
        ),
        byId(
          behaviours.map((each) => each?.ResponseHeadersPolicyId),
          async (Id) =>
            (await client.send(new GetResponseHeadersPolicyCommand({ Id }))).ResponseHeadersPolicy
              ?.ResponseHeadersPolicyConfig,
        ),
      ]);
      return { config, cache, requests, answers };
    },

    /** Invalidates paths, or everything that a distribution keeps, which takes a minute or two; a thousand paths are free each month. */
    async invalidate(distribution: string, paths: readonly string[] = ['/*']): Promise<void> {
      const Paths = { Quantity: paths.length, Items: [...paths] };
      // For a reference that was used before, CloudFront returns the old invalidation and does nothing.
      const CallerReference = `bootdev-${Date.now()}`;
      await client.send(
        new CreateInvalidationCommand({
          DistributionId: distribution,
          InvalidationBatch: { Paths, CallerReference },
        }),
      );
    },
  };
}

async function byId<T>(
  ids: readonly (string | undefined)[],
  read: (id: string) => Promise<T>,
): Promise<Map<string, T>> {
  const known = new Set(ids.filter((id) => id !== undefined && id !== '') as string[]);
  return new Map(await Promise.all([...known].map(async (id) => [id, await read(id)] as const)));
}
