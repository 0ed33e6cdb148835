import { CloudFrontClient, CreateInvalidationCommand } from '@aws-sdk/client-cloudfront';
import { type Connection, clientOptions, sender } from './connection.ts';

/** CloudFront. */
export function edge(connection: Connection) {
  const send = sender('cloudfront', new CloudFrontClient(clientOptions(connection)), connection);

  return {
    /** Lets a distribution forget all it keeps, in a minute or two; one path of the thousand that are free each month. */
    async invalidate(distribution: string): Promise<void> {
      const Paths = { Quantity: 1, Items: ['/*'] };
      // A reference that was used before is answered with that time's invalidation, and nothing is done.
      const CallerReference = `bootdev-${Date.now()}`;
      await send(
        new CreateInvalidationCommand({
          DistributionId: distribution,
          InvalidationBatch: { Paths, CallerReference },
        }),
      );
    },
  };
}
