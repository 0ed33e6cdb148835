import type { Finding } from '../../events.ts';
import type { Cloud } from '../cloud.ts';
import type { StackSnapshot } from '../stacks/describe.ts';
import { bad } from './finding.ts';

/** AWS cannot change the database server over existing data, or shrink its storage. */
export function checkDatabase({ settings }: Cloud, snapshots: readonly StackSnapshot[]): Finding[] {
  const now = snapshots.find(({ stack }) => stack.part === 'data')?.info?.parameters ?? {};
  const { DatabaseEngine: engine = settings.database.engine, DatabaseStorage: storage = '0' } = now;
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
  ];
}
