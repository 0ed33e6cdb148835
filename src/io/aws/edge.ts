import { CloudFrontClient, CreateInvalidationCommand } from '@aws-sdk/client-cloudfront';
import { type Connection, clientOptions, connect } from './connection.ts';

/** CloudFront. */
export function edge(connection: Connection) {
  const client = connect('cloudfront', new CloudFrontClient(clientOptions(connection)), connection);

  return {
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
