import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DescribeCacheParametersCommand, ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { DescribeDBInstancesCommand, DescribeDBParametersCommand, RDSClient } from '@aws-sdk/client-rds';
import { type Connection, clientOptions, sender } from './connection.ts';

/** What the services say that stand for machines of the replica; read by parity. */
export function services(connection: Connection) {
  const options = clientOptions(connection);
  const rds = sender('rds', new RDSClient(options), connection);
  const elasticache = sender('elasticache', new ElastiCacheClient(options), connection);
  const ec2 = sender('ec2', new EC2Client(options), connection);

  return {
    /** Of a parameter group: only what a user set. */
    async databaseParameters(group: string): Promise<Map<string, string>> {
      const found = new Map<string, string>();
      let marker: string | undefined;
      do {
        const page = await rds(
          new DescribeDBParametersCommand({
            ...{ DBParameterGroupName: group, Source: 'user' },
            ...(marker ? { Marker: marker } : {}),
          }),
        );
        for (const { ParameterName = '', ParameterValue = '' } of page.Parameters ?? [])
          found.set(ParameterName, ParameterValue);
        marker = page.Marker;
      } while (marker);
      return found;
    },

    async cacheParameters(group: string): Promise<Map<string, string>> {
      const found = new Map<string, string>();
      let marker: string | undefined;
      do {
        const page = await elasticache(
          new DescribeCacheParametersCommand({
            ...{ CacheParameterGroupName: group, Source: 'user' },
            ...(marker ? { Marker: marker } : {}),
          }),
        );
        for (const { ParameterName = '', ParameterValue = '' } of page.Parameters ?? [])
          found.set(ParameterName, ParameterValue);
        marker = page.Marker;
      } while (marker);
      return found;
    },

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
