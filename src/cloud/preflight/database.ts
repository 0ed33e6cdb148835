import type { Finding } from '../../events.ts';
import type { Cloud } from '../cloud.ts';
import type { StackSnapshot } from '../stacks/describe.ts';
import { bad } from './finding.ts';

/** Another server over the same data, or less disk, is no change that AWS can make. */
export function databaseFindings({ settings }: Cloud, seen: readonly StackSnapshot[]): Finding[] {
  const now = seen.find(({ stack }) => stack.part === 'data')?.info?.parameters ?? {};
  const { DatabaseEngine: engine = settings.database.engine, DatabaseStorage: storage = '0' } = now;
  return [
    ...(engine === settings.database.engine
      ? []
      : [
          bad(
            'database',
            `runs ${engine}, the settings ask for ${settings.database.engine}: its data would stay behind`,
            `database.engine: ${engine} in bootdev.yaml; or promote to a new --env and move the data by export and import`,
          ),
        ]),
    ...(Number(storage) > settings.aws.databaseStorage
      ? [
          bad(
            'database',
            `has ${storage} GB of storage, which can only grow`,
            `aws.databaseStorage: ${storage} in bootdev.yaml`,
          ),
        ]
      : []),
  ];
}
