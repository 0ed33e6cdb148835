import type { Container } from '../../io/docker.ts';
import type { Context } from '../../project/context.ts';
import { findMachines } from '../find.ts';
import { askReports, type Report } from '../report.ts';
import { certificateIsDue } from '../site/answer.ts';

/** What is there. */
export interface Observed {
  /** By machine name. */
  containers: ReadonlyMap<string, Container>;
  /** What each of them says; undefined: it is not running, or could not answer. */
  reports: ReadonlyMap<string, Report | undefined>;
  /** What compose was last asked for (`Desired`); undefined: never. */
  shape: string | undefined;
  certificateIsDue: boolean;
}

export async function observe(context: Context): Promise<Observed> {
  const containers = await findMachines(context);
  const [reports, isDue] = await Promise.all([
    askReports(context.io.docker, containers),
    // Where no balancer runs, another program may answer on its port.
    containers.get('lb')?.state === 'running' ? certificateIsDue(context) : true,
  ]);
  return { containers, reports, shape: context.state.shape, certificateIsDue: isDue };
}
