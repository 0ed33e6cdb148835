import type { Container } from '../../io/docker.ts';
import { doorOf } from '../../machines/table.ts';
import type { Context } from '../../project/context.ts';
import { askHealth, type Report } from '../report.ts';
import { certificateIsDue } from '../site/answer.ts';

/** What is there. */
export interface Observed {
  /** By machine name. */
  containers: ReadonlyMap<string, Container>;
  /** What each of them says; undefined: it is not running, or could not answer. */
  reports: ReadonlyMap<string, Report | undefined>;
  /** Ids of the containers whose machine is healthy. */
  healthy: ReadonlySet<string>;
  /** What compose was last asked for (`Desired`); undefined: never. */
  shape: string | undefined;
  /** The empty folders that came with the code (`State`). */
  emptyFolders: string | undefined;
  certificateIsDue: boolean;
}

/** `containers`: as they were listed a moment ago. */
export async function observe(context: Context, containers: Observed['containers']): Promise<Observed> {
  const [heard, isDue] = await Promise.all([
    Promise.all(
      [...containers].map(async ([name, container]) => {
        return { name, id: container.id, ...(await askHealth(context.io.docker, container)) };
      }),
    ),
    // Where its machine does not run, another program may answer on its port.
    containers.get(doorOf(context.settings))?.state === 'running' ? certificateIsDue(context) : true,
  ]);
  return {
    containers,
    reports: new Map(heard.map(({ name, report }) => [name, report])),
    healthy: new Set(heard.filter(({ healthy }) => healthy).map(({ id }) => id)),
    shape: context.state.shape,
    emptyFolders: context.state.emptyFolders,
    certificateIsDue: isDue,
  };
}
