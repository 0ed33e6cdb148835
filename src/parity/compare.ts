import type { Parity } from '../events.ts';
import { acceptedDifferences } from './rows/accepted-differences.ts';
import { capacityRows } from './rows/capacity.ts';
import { configurationRows } from './rows/configuration.ts';
import { packageRows } from './rows/packages.ts';
import { parameterRows } from './rows/parameters.ts';
import { releaseRows } from './rows/release.ts';
import type { Sides } from './sides/sides.ts';

/** Settings ↔ replica ↔ AWS, row by row. Pure: equal sides, equal report. */
export function compare(sides: Sides): Parity {
  const { desired, aws } = sides;
  const accepted = aws ? acceptedDifferences(desired.settings) : [];
  const rows = [
    ...configurationRows(sides),
    ...releaseRows(sides),
    ...parameterRows(sides),
    ...capacityRows(sides),
    ...packageRows(sides),
    ...accepted.map(({ reason, ...row }) => ({
      part: 'accepted' as const,
      settings: '',
      state: 'accepted' as const,
      text: reason,
      ...row,
    })),
  ];
  return {
    project: desired.settings.site.name,
    environment: aws?.environment ?? '',
    root: desired.root,
    same: rows.every(({ state }) => state !== 'differs'),
    rows,
  };
}
