import type { Parity } from '../events.ts';
import { capacityRows } from './capacity.ts';
import { configurationRows } from './configuration.ts';
import { listedDifferences } from './listed.ts';
import { packageRows } from './packages.ts';
import { parameterRows } from './parameters.ts';
import { releaseRows } from './release.ts';
import type { Sides } from './sides.ts';

/** Settings ↔ replica ↔ AWS, row by row. Pure: equal sides, equal report. */
export function compare(sides: Sides): Parity {
  const { wanted, aws } = sides;
  const listed = aws ? listedDifferences(wanted.settings) : [];
  const rows = [
    ...configurationRows(sides),
    ...releaseRows(sides),
    ...parameterRows(sides),
    ...capacityRows(sides),
    ...packageRows(sides),
    ...listed.map(({ reason, ...row }) => ({
      part: 'listed' as const,
      settings: '',
      state: 'listed' as const,
      text: reason,
      ...row,
    })),
  ];
  return {
    project: wanted.settings.site.name,
    environment: aws?.environment ?? '',
    root: wanted.root,
    same: rows.every(({ state }) => state !== 'differs'),
    rows,
  };
}
