import { type Line, span } from '../line.ts';

export const labelWidth = 14;

/** A label on the left of a plan, and what it is about. */
export function row(label: string, text: Line): Line {
  return [span(`  ${label.padEnd(labelWidth)}`, 'dim'), ...text];
}
