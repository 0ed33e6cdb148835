/** The fixed parts of the bill. What has no price is named: a wrong number is worse than none. Pure. */
import type { Cost, Plan } from '../../events.ts';
import { type Line, span } from '../line.ts';
import { columnsOf, pad, wrap } from '../width.ts';
import { labelWidth, row } from './plan-row.ts';

/** '≈ 412 → 431 $/month, fixed parts' */
export function costLines({ cost, region }: Pick<Plan, 'cost' | 'region'>, width: number): Line[] {
  return wrap(costText(cost, region), width - labelWidth - 3).map((text, index) =>
    row(index ? '' : 'cost', [span(text)]),
  );
}

function costText({ before, after, unknown, parts }: Cost, region: string): string {
  if (after === undefined) return `bootdev has no prices for ${region}; AWS has them at https://calculator.aws`;
  const sum = `≈ ${before === undefined ? '' : `${dollars(before)} → `}${dollars(after)} $/month, fixed parts`;
  const missing = parts.filter((part) => part.before === undefined && part.after === undefined).map(({ name }) => name);
  if (missing.length === 0) return sum;
  return `${sum}, without ${missing.join(', ')}: no price is known for ${unknown.join(', ')} in ${region}`;
}

/** The parts of the sum, with the numbers in columns. */
export function partLines({ parts, prices, before, logged }: Cost, width: number): Line[] {
  if (parts.length === 0) return [];
  const longest = Math.max(...parts.map(({ name }) => columnsOf(name)));
  const number = (value: number | undefined) => (value === undefined ? '-' : dollars(value)).padStart(5);
  const lines = parts.map(({ name, text, before: old, after }): Line => {
    const sums = before === undefined ? number(after) : `${number(old)} → ${number(after)}`;
    return [span(pad(name, longest)), span(` ${sums} $`), span(`  ${text}`, 'dim')];
  });
  const notes = [
    `${prices}; for 730 hours and the smallest number of web machines.`,
    `Not included: traffic, requests, logs${logged ? ` (the machines': ${logged.toFixed(2)} $ a GB)` : ''}, backups and snapshots, mail, storage in S3, tax.`,
  ].flatMap((note) => wrap(note, width - labelWidth - 3));
  const said = [...lines, ...notes.map((note): Line => [span(note, 'dim')])];
  return said.map((line, index) => row(index ? '' : 'cost parts', line));
}

const dollars = (value: number) => value.toFixed(0).replace(/\B(?=(?:\d{3})+$)/g, ',');
