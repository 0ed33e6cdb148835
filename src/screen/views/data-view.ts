/** The snapshots of the database that there are. */
import type { Snapshot } from '../../events.ts';
import { type Line, span } from '../line.ts';
import { columnsOf, pad } from '../width.ts';
import { sizeWords } from '../words.ts';

/** `now`: milliseconds since 1970. */
export function snapshotTable(snapshots: readonly Snapshot[], now = Date.now()): Line[] {
  if (snapshots.length === 0) return [[span('There is no snapshot. bootdev db snapshot makes one.')]];
  const width = Math.max(...snapshots.map(({ name }) => columnsOf(name)));
  return snapshots.map(({ name, automatic, at, bytes }) => [
    span(pad(name, width)),
    span(`  ${sizeWords(bytes).padStart(9)}  ${age(now / 1000 - at).padStart(9)}`),
    ...(automatic ? [span('  automatic', 'dim')] : []),
  ]);
}

function age(seconds: number): string {
  const [value, unit] =
    seconds < 120
      ? [seconds, 's']
      : seconds < 7200
        ? [seconds / 60, 'min']
        : seconds < 172_800
          ? [seconds / 3600, 'h']
          : [seconds / 86_400, 'days'];
  return `${Math.max(0, Math.floor(value))} ${unit} ago`;
}
