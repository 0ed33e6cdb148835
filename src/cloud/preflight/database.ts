import type { Finding } from '../../events.ts';
import type { Assets, Cloud } from '../cloud.ts';
import type { StackSnapshot } from '../stacks/describe.ts';
import { bad, warning } from './finding.ts';

/** AWS cannot change the database server over existing data, or shrink its storage; its series only changes when a person decides it. */
export function checkDatabase(
  { settings }: Cloud,
  snapshots: readonly StackSnapshot[],
  { databaseVersion }: Pick<Assets, 'databaseVersion'>,
): Finding[] {
  const now = snapshots.find(({ stack }) => stack.part === 'data')?.info?.parameters ?? {};
  const { DatabaseEngine: engine = settings.database.engine, DatabaseStorage: storage = '0' } = now;
  const series = now.DatabaseEngineVersion ?? databaseVersion;
  return [
    ...(engine === settings.database.engine
      ? []
      : [
          bad(
            'database',
            `it runs ${engine}, but the settings ask for ${settings.database.engine}: its data would be left behind`,
            `set database.engine: ${engine} in bootdev.yaml; or promote to a new --env and move the data by export and import`,
          ),
        ]),
    ...(Number(storage) > settings.aws.databaseStorage
      ? [
          bad(
            'database',
            `it has ${storage} GB of storage, which can only grow`,
            `set aws.databaseStorage: ${storage} in bootdev.yaml`,
          ),
        ]
      : []),
    ...(engine === settings.database.engine && series !== databaseVersion
      ? [
          warning(
            'database',
            `it runs ${engine} ${series} and stays there; the replica has ${databaseVersion}`,
            'rehearse the upgrade with an export of its data: promote to a new --env, import there, and move the domain',
          ),
        ]
      : []),
  ];
}
