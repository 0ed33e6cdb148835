import type { Finding } from '../../events.ts';
import type { Cloud } from '../cloud.ts';
import { isForeign, type StackSnapshot } from '../stacks/describe.ts';
import { bad } from './finding.ts';

const longestName = 40;

export function nameFinding({ project, environment }: Pick<Cloud, 'project' | 'environment'>): Finding | undefined {
  if (project.length <= longestName) return undefined;
  const room = longestName - environment.length - 1;
  const text = `${project} is ${project.length} characters long; names of load balancers, roles and buckets leave room for ${longestName}`;
  return bad('name', text, `site.name of at most ${room} characters in bootdev.yaml, or a shorter --env`);
}

export function takenFindings(cloud: Cloud, seen: readonly StackSnapshot[]): Finding[] {
  const taken = seen.filter(({ info }) => info && isForeign(cloud, info));
  const [first] = taken;
  if (!first) return [];
  const owner = first.info?.tags['bootdev:project'];
  const names = taken.map(({ name }) => name).join(', ');
  return owner
    ? [
        bad(
          'names',
          `${names}: made from another folder of bootdev (project ${owner}, this one is ${cloud.projectId})`,
          `the same site, cloned anew? bootdev promote --adopt ${owner}   Another one: choose another site.name`,
        ),
      ]
    : [bad('names', `${names}: taken by something that bootdev did not make`, 'choose another site.name or --env')];
}
