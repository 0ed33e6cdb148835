import { UserError } from '../../errors.ts';
import type { Finding } from '../../events.ts';
import type { Cloud } from '../cloud.ts';

/** Whom preflight asks about the account. */
export type Account = Awaited<ReturnType<Cloud['aws']['account']>>;

export const good = (name: string, text: string): Finding => ({ name, state: 'good', text });
export const warning = (name: string, text: string, mend: string): Finding => ({ name, state: 'warning', text, mend });
export const bad = (name: string, text: string, mend: string): Finding => ({ name, state: 'bad', text, mend });

/** What must be mended first, as one error. */
export function refuse(findings: readonly Finding[]): void {
  const found = findings.filter(({ state }) => state === 'bad');
  const [first] = found;
  if (!first) return;
  const message = found.map(({ name, text }) => `${name}: ${text}`).join('\n  ');
  const hint = found.map(({ mend }) => mend).join('\n  → ');
  throw new UserError(found.length === 1 ? message : `This stands in the way:\n  ${message}`, { hint });
}
