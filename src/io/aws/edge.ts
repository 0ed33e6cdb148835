import { CloudFrontClient, CreateInvalidationCommand, paginateListDistributions } from '@aws-sdk/client-cloudfront';
import { type Connection, clientOptions, connect } from './connection.ts';

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
