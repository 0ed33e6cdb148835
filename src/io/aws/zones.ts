import {
  ChangeResourceRecordSetsCommand,
  GetHostedZoneCommand,
  ListResourceRecordSetsCommand,
  type ListResourceRecordSetsCommandInput,
  type ListResourceRecordSetsCommandOutput,
  type ResourceRecordSet,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { type Connection, clientOptions, connect } from './connection.ts';

/** AWS takes a thousand changes at once. */
const batch = 500;

/** Route 53: zones and their records. */
export function zones(connection: Connection) {
  const client = connect('route53', new Route53Client(clientOptions(connection)), connection);

  /** The SDK has no paginator for this call: its place is three values, not a token. */
  async function* records(zone: string): AsyncGenerator<ResourceRecordSet, void> {
    let from: Partial<ListResourceRecordSetsCommandInput> | undefined = {};
    while (from) {
      const page: ListResourceRecordSetsCommandOutput = await client.send(
        new ListResourceRecordSetsCommand({ HostedZoneId: zone, ...from }),
      );
      yield* page.ResourceRecordSets ?? [];
      const { IsTruncated, NextRecordName, NextRecordType, NextRecordIdentifier } = page;
      const next = { StartRecordName: NextRecordName, StartRecordType: NextRecordType };
      from = IsTruncated ? { ...next, StartRecordIdentifier: NextRecordIdentifier } : undefined;
    }
  }

  return {
    /** Its name, without the final dot. undefined: this account has no zone with that id. */
    async zone(id: string): Promise<{ name: string; isPrivate: boolean } | undefined> {
      try {
        const { HostedZone: found } = await client.send(new GetHostedZoneCommand({ Id: id }));
        return found && { name: (found.Name ?? '').replace(/\.$/, ''), isPrivate: found.Config?.PrivateZone ?? false };
      } catch (error) {
        if (/^(?:NoSuchHostedZone|InvalidInput)$/.test((error as Error).name)) return undefined;
        throw error;
      }
    },

    /** Values of the CAA records of exactly that name, as '0 issue "amazon.com"'. */
    async authorities(zone: string, name: string): Promise<string[]> {
      const { ResourceRecordSets: [first] = [] } = await client.send(
        new ListResourceRecordSetsCommand({
          ...{ HostedZoneId: zone, StartRecordName: name, StartRecordType: 'CAA', MaxItems: 1 },
        }),
      );
      // The list begins there: what comes first may be the next record in order.
      if (first?.Type !== 'CAA' || first.Name?.replace(/\.$/, '') !== name) return [];
      return (first.ResourceRecords ?? []).map(({ Value = '' }) => Value);
    },

    /** Where exactly that name leads; none where this account has no such zone. */
    async addresses(zone: string, name: string): Promise<{ type: string; target: string }[]> {
      try {
        const { ResourceRecordSets = [] } = await client.send(
          new ListResourceRecordSetsCommand({ HostedZoneId: zone, StartRecordName: name, StartRecordType: 'A' }),
        );
        return ResourceRecordSets.filter(
          ({ Name = '', Type = '' }) => Name.replace(/\.$/, '') === name && /^(?:A|AAAA|CNAME)$/.test(Type),
        ).map(({ Type = '', AliasTarget, ResourceRecords: [first] = [] }) => ({
          type: Type,
          target: (AliasTarget?.DNSName ?? first?.Value ?? '').replace(/\.$/, ''),
        }));
      } catch (error) {
        if (/^(?:NoSuchHostedZone|InvalidInput)$/.test((error as Error).name)) return [];
        throw error;
      }
    },

    /** Deletes the records that machines added to a zone, so that its stack can delete it. */
    async clear(zone: string): Promise<void> {
      const made: ResourceRecordSet[] = [];
      for await (const record of records(zone)) if (record.Type === 'A') made.push(record);
      for (let at = 0; at < made.length; at += batch) {
        const some = made.slice(at, at + batch);
        const Changes = some.map((ResourceRecordSet) => ({ Action: 'DELETE' as const, ResourceRecordSet }));
        await client.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: zone, ChangeBatch: { Changes } }));
      }
    },
  };
}
