import type { Finding } from '../../events.ts';
import type { Cloud } from '../cloud.ts';
import { isForeign, type StackSnapshot } from '../stacks/describe.ts';
import { bad } from './finding.ts';

const longestName = 40;

export function checkName({ project, environment }: Pick<Cloud, 'project' | 'environment'>): Finding | undefined {
  if (project.length <= longestName) return undefined;
  const room = longestName - environment.length - 1;
  const text = `${project} is ${project.length} characters long; names of load balancers, roles and buckets allow at most ${longestName}`;
  return bad('name', text, `use a site.name of at most ${room} characters in bootdev.yaml, or a shorter --env`);
}

export function checkTakenNames(cloud: Cloud, snapshots: readonly StackSnapshot[]): Finding[] {
  const taken = snapshots.filter(({ info }) => info && isForeign(cloud, info));
  const [first] = taken;
  if (!first) return [];
  const owner = first.info?.tags['bootdev:project'];
  const names = taken.map(({ name }) => name).join(', ');
  return owner
    ? [
        bad(
          'names',
          `${names}: created from another bootdev folder (project ${owner}; this one is ${cloud.projectId})`,
          `if it is a new clone of the same site: bootdev promote --adopt ${owner}   If it is another site: choose another site.name`,
        ),
      ]
    : [bad('names', `${names}: already used by something else`, 'choose another site.name or --env')];
}
