/** The releases that `bootdev deploy` has made. */
import type { DeployedRelease } from '../../../events.ts';
import { clean, type Line, span } from '../../line.ts';
import { columnsOf, pad } from '../../width.ts';

export function releaseTable(releases: readonly DeployedRelease[]): Line[] {
  if (releases.length === 0) return [[span('There is no release. bootdev deploy makes one.')]];
  const width = Math.max(...releases.map(({ ref }) => columnsOf(ref)));
  return releases.map(({ id, ref, subject, serves, served, updated }) => [
    span(serves ? '● ' : '  ', serves ? 'good' : undefined),
    span(`${id}  ${pad(ref, width)}  ${clean(subject, 60)}`),
    ...(serves || served !== undefined ? [] : [span('  never served', 'dim')]),
    ...(updated === undefined ? [] : [span('  database updated', 'dim')]),
  ]);
}
