import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DescribeCacheParametersCommand, ElastiCacheClient } from '@aws-sdk/client-elasticache';
import {
  DescribeDBInstancesCommand,
  DescribeDBParametersCommand,
  ModifyDBInstanceCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { type Connection, clientOptions, sender } from './connection.ts';

/** The services that stand for machines of the replica: read by parity, opened by destroy. */
export function services(connection: Connection) {
  const options = clientOptions(connection);
  const rds = sender('rds', new RDSClient(options), connection);
  const elasticache = sender('elasticache', new ElastiCacheClient(options), connection);
  const ec2 = sender('ec2', new EC2Client(options), connection);

  return {
    /** Of a parameter group: only what a user set. */
    databaseParameters: (group: string) =>
      allParameters((Marker) =>
        rds(new DescribeDBParametersCommand({ DBParameterGroupName: group, Source: 'user', ...Marker })),
      ),

    cacheParameters: (group: string) =>
      allParameters((Marker) =>
        elasticache(new DescribeCacheParametersCommand({ CacheParameterGroupName: group, Source: 'user', ...Marker })),
      ),

    /** Whether a database runs with its parameter group: in-sync, pending-reboot … And its version, 9.7.1. */
    async database(id: string): Promise<{ groupState: string; version: string } | undefined> {
      const { DBInstances: [found] = [] } = await rds(new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }));
      if (!found) return undefined;
      const states = (found.DBParameterGroups ?? []).map(({ ParameterApplyStatus = '' }) => ParameterApplyStatus);
      return {
        groupState: states.find((state) => state !== 'in-sync') ?? 'in-sync',
        version: found.EngineVersion ?? '',
      };
    },

    /** Takes the database's own lock off, so that its stack can delete it; one that is gone is no error. */
    async unlockDatabase(id: string): Promise<void> {
      try {
        await rds(
          new ModifyDBInstanceCommand({ DBInstanceIdentifier: id, DeletionProtection: false, ApplyImmediately: true }),
        );
      } catch (error) {
        if ((error as Error).name !== 'DBInstanceNotFoundFault' && (error as Error).name !== 'DBInstanceNotFound')
          throw error;
      }
    },

    /** Instances of a project that run, with the kind that their tag bootdev:machine says after the slash: shop-production/web. */
    async running(project: string): Promise<Map<string, string>> {
      const found = new Map<string, string>();
      let token: string | undefined;
      do {
        const page = await ec2(
          new DescribeInstancesCommand({
            Filters: [
              { Name: 'instance-state-name', Values: ['running'] },
              { Name: 'tag:bootdev:machine', Values: [`${project}/*`] },
            ],
            ...(token ? { NextToken: token } : {}),
          }),
        );
        for (const { InstanceId = '', Tags = [] } of (page.Reservations ?? []).flatMap(
          ({ Instances = [] }) => Instances,
        ))
          found.set(InstanceId, kindOf(Tags.find(({ Key }) => Key === 'bootdev:machine')?.Value ?? ''));
        token = page.NextToken;
      } while (token);
      return found;
    },
  };
}

/** shop-production/gluster-2: gluster. */
const kindOf = (machine: string) => machine.replace(/^.*\//, '').replace(/-\d+$/, '');

interface ParameterPage {
  Parameters?: { ParameterName?: string | undefined; ParameterValue?: string | undefined }[] | undefined;
  Marker?: string | undefined;
}

/** Of all pages; RDS and ElastiCache page alike. */
async function allParameters(ask: (from: { Marker?: string }) => Promise<ParameterPage>): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  let from: { Marker?: string } | undefined = {};
  while (from) {
    const { Parameters = [], Marker }: ParameterPage = await ask(from);
    for (const { ParameterName = '', ParameterValue = '' } of Parameters) found.set(ParameterName, ParameterValue);
    from = Marker ? { Marker } : undefined;
  }
  return found;
}
