/** The site's code: the release of the code in the settings, and the release that each machine serves. */
import type { ParityRow } from '../../events.ts';
import { instanceMachines, type Kind } from '../../machines/table.ts';
import type { Found, Sides } from '../sides/sides.ts';

/** Machines that have the site's code. */
const serving = instanceMachines.filter(({ roles }) => roles.includes('php-cli'));
const shown = (digest: string) => digest.slice(0, 8);

export function releaseRows({ desired, replica, aws }: Sides): ParityRow[] {
  return serving.map(({ kind }) => {
    const here = of(kind, replica);
    const there = of(kind, aws?.nodes ?? []);
    const texts = [
      // Nothing was compared.
      ...(here.length === 0 ? [`no ${kind} machine of the replica answers: bootdev up`] : []),
      ...(aws && there.length === 0 ? [`no ${kind} node reports: bootdev logs --on aws`] : []),
      ...(here.includes('live') ? ['live folder, not a release: not promotable'] : []),
      ...(here.some((each) => each !== 'live' && each !== desired.release)
        ? ['the replica serves other code: bootdev up']
        : []),
      ...(there.some((each) => each !== desired.release) ? ['AWS serves other code: bootdev promote'] : []),
    ];
    return {
      part: 'release',
      name: kind,
      settings: shown(desired.release),
      replica: distinct(here),
      aws: distinct(there),
      state: texts.length > 0 ? 'differs' : 'same',
      ...(texts.length > 0 ? { text: texts.join('\n') } : {}),
    };
  });
}

function of(kind: Kind, machines: readonly { kind: Kind; found?: Found | undefined }[]): string[] {
  return machines.flatMap((machine) => (machine.kind === kind && machine.found ? [machine.found.release] : []));
}

const distinct = (digests: string[]) => [...new Set(digests.map((digest) => shown(digest) || 'none'))].join(' ');
