import { EC2Client, paginateDescribeInstances } from '@aws-sdk/client-ec2';
import { ElastiCacheClient, paginateDescribeCacheParameters } from '@aws-sdk/client-elasticache';
import {
  DescribeDBInstancesCommand,
  ModifyDBInstanceCommand,
  paginateDescribeDBParameters,
  RDSClient,
} from '@aws-sdk/client-rds';
import { type Connection, clientOptions, connect } from './connection.ts';

/** The managed services in place of the replica's machines: read by parity, unprotected by destroy. */
export function services(connection: Connection) {
  const options = clientOptions(connection);
  const rds = connect('rds', new RDSClient(options), connection);
  const elasticache = connect('elasticache', new ElastiCacheClient(options), connection);
  const ec2 = connect('ec2', new EC2Client(options), connection);

  return {
    /** Of a parameter group: only what a user set. */
    databaseParameters: (group: string) =>
      parametersIn(paginateDescribeDBParameters({ client: rds }, { DBParameterGroupName: group, Source: 'user' })),

    cacheParameters: (group: string) =>
      parametersIn(
        paginateDescribeCacheParameters({ client: elasticache }, { CacheParameterGroupName: group, Source: 'user' }),
      ),

    /** Whether a database runs with its parameter group: in-sync, pending-reboot … And its version, 9.7.1. */
    async database(id: string): Promise<{ groupState: string; version: string } | undefined> {
      const { DBInstances: [found] = [] } = await rds.send(
        new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }),
      );
      if (!found) return undefined;
      const states = (found.DBParameterGroups ?? []).map(({ ParameterApplyStatus = '' }) => ParameterApplyStatus);
      return {
        groupState: states.find((state) => state !== 'in-sync') ?? 'in-sync',
        version: found.EngineVersion ?? '',
      };
    },

    /** Turns the database's own deletion protection off, so that its stack can delete it. One that is gone already, or is still being created, is no error. */
    async unprotectDatabase(id: string): Promise<void> {
      try {
        await rds.send(
          new ModifyDBInstanceCommand({ DBInstanceIdentifier: id, DeletionProtection: false, ApplyImmediately: true }),
        );
      } catch (error) {
        if (!/^(?:DBInstanceNotFound|InvalidDBInstanceState)(?:Fault)?$/.test((error as Error).name)) throw error;
      }
    },

    /** Running instances of a project, with the kind that their tag bootdev:machine has after the slash: shop-production/web. */
    async running(project: string): Promise<Map<string, string>> {
      const Filters = [
        { Name: 'instance-state-name', Values: ['running'] },
        { Name: 'tag:bootdev:machine', Values: [`${project}/*`] },
      ];
      const found = new Map<string, string>();
      for await (const { Reservations = [] } of paginateDescribeInstances({ client: ec2 }, { Filters }))
        for (const { InstanceId = '', Tags = [] } of Reservations.flatMap(({ Instances = [] }) => Instances))
          found.set(InstanceId, kindOf(Tags.find(({ Key }) => Key === 'bootdev:machine')?.Value ?? ''));
      return found;
    },
  };
}

/** shop-production/gluster-2: gluster. */
const kindOf = (machine: string) => machine.replace(/^.*\//, '').replace(/-\d+$/, '');

interface ParameterPage {
  Parameters?: { ParameterName?: string | undefined; ParameterValue?: string | undefined }[] | undefined;
}

async function parametersIn(pages: AsyncIterable<ParameterPage>): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const { Parameters = [] } of pages)
    for (const { ParameterName = '', ParameterValue = '' } of Parameters) found.set(ParameterName, ParameterValue);
  return found;
}
