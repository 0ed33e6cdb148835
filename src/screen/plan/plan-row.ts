import { type Line, span } from '../line.ts';
import { pad } from '../width.ts';

export const labelWidth = 14;

/** A row of a plan: its label on the left, then the text. */
export function row(label: string, text: Line): Line {
  return [span(`  ${pad(label, labelWidth)}`, 'dim'), ...text];
}
