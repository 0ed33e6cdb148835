import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { EC2Client, paginateDescribeInstances } from '@aws-sdk/client-ec2';
import { ElastiCacheClient, paginateDescribeCacheParameters } from '@aws-sdk/client-elasticache';
import {
  DescribeDBInstancesCommand,
  ModifyDBInstanceCommand,
  paginateDescribeDBParameters,
  RDSClient,
} from '@aws-sdk/client-rds';
import { type Connection, clientOptions, connect } from './connection.ts';

export interface LogRecord {
  id: string;
  /** web/i-0ab… */
  stream: string;
  /** Milliseconds. */
  time: number;
  text: string;
}

interface LogQuestion {
  /** Milliseconds. */
  since: number;
  /** How the names of the streams begin; empty: all. */
  streams: string;
  /** Words that a record has; empty: any. */
  phrase: string;
}

/** The managed services in place of the replica's machines: read by parity, unprotected by destroy. */
export function services(connection: Connection) {
  const options = clientOptions(connection);
  const rds = connect('rds', new RDSClient(options), connection);
  const elasticache = connect('elasticache', new ElastiCacheClient(options), connection);
  const ec2 = connect('ec2', new EC2Client(options), connection);
  const logs = connect('logs', new CloudWatchLogsClient(options), connection);

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
      return new Map((await machines(project)).map(({ id, name }) => [id, name.replace(/-\d+$/, '')]));
    },
    machines,

    /** Records of a log group, oldest first. */
    async *logRecords(group: string, { since, streams, phrase }: LogQuestion): AsyncGenerator<LogRecord, void> {
      const question = {
        ...{ logGroupName: group, startTime: since },
        ...(streams ? { logStreamNamePrefix: streams } : {}),
        ...(phrase ? { filterPattern: `"${phrase}"` } : {}),
      };
      for await (const { events = [] } of paginateFilterLogEvents({ client: logs }, question))
        for (const { eventId = '', logStreamName = '', timestamp = 0, message = '' } of events)
          yield { id: eventId, stream: logStreamName, time: timestamp, text: message };
    },
  };

  /** Running instances, each with what its tag has after the slash: gluster-2. */
  async function machines(project: string): Promise<{ id: string; name: string }[]> {
    const Filters = [
      { Name: 'instance-state-name', Values: ['running'] },
      { Name: 'tag:bootdev:machine', Values: [`${project}/*`] },
    ];
    const found = [];
    for await (const { Reservations = [] } of paginateDescribeInstances({ client: ec2 }, { Filters }))
      for (const { InstanceId = '', Tags = [] } of Reservations.flatMap(({ Instances = [] }) => Instances)) {
        const tag = Tags.find(({ Key }) => Key === 'bootdev:machine')?.Value ?? '';
        found.push({ id: InstanceId, name: tag.replace(/^.*\//, '') });
      }
    return found;
  }
}

interface ParameterPage {
  Parameters?: { ParameterName?: string | undefined; ParameterValue?: string | undefined }[] | undefined;
}

async function parametersIn(pages: AsyncIterable<ParameterPage>): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const { Parameters = [] } of pages)
    for (const { ParameterName = '', ParameterValue = '' } of Parameters) found.set(ParameterName, ParameterValue);
  return found;
}
