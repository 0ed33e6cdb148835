/** What FPM children take, a row for each machine, and what to set. */
import type { Event } from '../../events.ts';
import { blank, type Line, span } from '../line.ts';
import { pad } from '../width.ts';

const titles = ['machine', 'processes', 'planned', 'takes', 'fit', 'shared', 'all else', 'memory', 'requests'];

export function sizeTable({ machines, advice }: Event & { type: 'size' }): Line[] {
  const mb = (value: number) => `${value} MB`;
  const rows = machines.map((each) => [
    ...[each.machine, String(each.children), mb(each.planned), mb(each.taken), String(each.fit)],
    ...[mb(each.shared), mb(each.rest), mb(each.memory), String(each.requests)],
  ]);
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: string[]) =>
    cells
      .map((cell, column) => pad(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [[span(line(titles), 'dim')], ...rows.map((row): Line => [span(line(row))]), blank, [span(advice)]];
}
