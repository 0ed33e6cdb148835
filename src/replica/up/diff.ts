import type { Container } from '../../io/docker.ts';
import type { Kind, Machine } from '../../machines/table.ts';
import type { Report } from '../report.ts';
import type { Desired } from './desired.ts';
import type { Observed } from './observe.ts';

/** A machine that runs and needs another bundle or target. */
export interface Change {
  name: string;
  container: Container;
  digest: string;
  target: string;
}

/** What has to be done. */
export interface Difference {
  /** What the volumes lack; undefined: nothing. */
  load?: {
    /** The site's code too. */
    release: boolean;
    /** Before anything else goes on: machines will boot from it, or get a new certificate with it. */
    first: boolean;
  };
  /** Machines that get other files in place. */
  changes: Change[];
  /** Running machines that serve the site's code, where that changes. */
  serving: { name: string; container: Container }[];
  /** Containers are to be made, replaced, started or removed. */
  compose: boolean;
  /** Names of machines that get another image. */
  upgraded: string[];
  /** Containers that keep ending. */
  failing: Container[];
  /** Containers that ended, or never began. */
  ended: Container[];
  /** Machines that could not say what they have. */
  silent: string[];
}

type Goal = Pick<Desired, 'machines' | 'images' | 'lines' | 'shape'> & {
  code: Pick<Desired['code'], 'name' | 'emptyFolders'>;
};

/** Pure: data → data. */
export function diff(observed: Observed, desired: Goal): Difference {
  const { containers, reports, certificateIsDue: renew } = observed;
  const compose = !isAsAsked(observed, desired);
  const changes = changesOf(observed, desired, renew ? ['cdn', 'lb'] : []);
  const heard = [...reports.values()].filter((report) => report !== undefined);
  const web = heard.filter(servesCode);
  // A live folder comes with the container.
  const served =
    desired.code.name === 'live' ||
    (web.length > 0 &&
      web.every(({ release }) => release === desired.code.name) &&
      observed.emptyFolders === desired.code.emptyFolders);
  const isLoaded = [...desired.lines].every(([kind, line]) => heard.some((report) => hasLine(report, kind, line)));
  const load = { release: !served, first: compose || renew || changes.length === 0 };
  const inState = (state: string) => [...containers.values()].filter((container) => container.state === state);
  return {
    ...(isLoaded && served && !renew ? {} : { load }),
    changes,
    serving: served ? [] : serving(observed),
    compose,
    upgraded: upgraded(observed, desired),
    failing: inState('restarting'),
    ended: inState('exited'),
    silent: [...containers.keys()].filter((name) => !reports.get(name)),
  };
}

const servesCode = (report?: Report) => report?.kind === 'web' || report?.kind === 'xdebug';

/** One that could not report is starting, and will read what is there. */
const serving = ({ containers, reports }: Observed) =>
  [...containers].filter(([name]) => servesCode(reports.get(name))).map(([name, container]) => ({ name, container }));

/**
 * Running machines whose live files or target are not the desired ones (or that are to read theirs again, `renewed`), and whose image
 * stays.
 */
export function changesOf(
  { containers, reports }: Pick<Observed, 'containers' | 'reports'>,
  { machines, lines, images }: Pick<Goal, 'machines' | 'lines' | 'images'>,
  renewed: readonly string[] = [],
): Change[] {
  return machines.flatMap(({ name, machine }) => {
    const container = containers.get(name);
    const report = reports.get(name);
    const [digest = '', target = ''] = lines.get(machine.kind)?.split(' ') ?? [];
    const asDesired = report?.digest === digest && report.target === target && !renewed.includes(name);
    if (!container || !report || asDesired || !isFromItsImage(container, machine, images.tags)) return [];
    return [{ name, container, digest, target }];
  });
}

/** Every container that compose was last asked for, and none else, runs from the desired image. */
function isAsAsked({ containers, shape }: Observed, { machines, images, shape: desired }: Goal): boolean {
  return (
    shape === desired &&
    containers.size === machines.length &&
    machines.every(({ name, machine }) => {
      const container = containers.get(name);
      return container?.state === 'running' && isFromItsImage(container, machine, images.tags);
    })
  );
}

const upgraded = ({ containers }: Observed, { machines, images }: Goal): string[] =>
  machines.flatMap(({ name, machine }) => {
    const container = containers.get(name);
    return container && !isFromItsImage(container, machine, images.tags) ? [name] : [];
  });

/** Or from an older one, which the engine lists by its id: the tag was built again, by hand or after a prune. */
function isFromItsImage(container: Container, machine: Machine, tags: ReadonlyMap<string, string>): boolean {
  return container.image === `bootdev/${machine.image}:${tags.get(machine.image)}`;
}

/** Does the volume that this machine sees ask for the desired bundle and target? */
const hasLine = (report: Report, kind: Kind, line: string) =>
  report.kind === kind && `${report.desired} ${report.desiredTarget}` === line;
