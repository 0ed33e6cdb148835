import { UserError } from '../../errors.ts';
import type { Finding } from '../../events.ts';
import type { Cloud } from '../cloud.ts';

/** The part of io/aws that preflight asks about the account. */
export type Account = Awaited<ReturnType<Cloud['aws']['account']>>;

export const good = (name: string, text: string): Finding => ({ name, state: 'good', text });
export const warning = (name: string, text: string, fix: string): Finding => ({ name, state: 'warning', text, fix });
export const bad = (name: string, text: string, fix: string): Finding => ({ name, state: 'bad', text, fix });

/** Throws what must be fixed first, as one UserError. */
export function refuse(findings: readonly Finding[]): void {
  const found = findings.filter(({ state }) => state === 'bad');
  const [first] = found;
  if (!first) return;
  const message = found.map(({ name, text }) => `${name}: ${text}`).join('\n  ');
  const hint = found.map(({ fix }) => fix).join('\n  → ');
  throw new UserError(found.length === 1 ? message : `This has to be fixed first:\n  ${message}`, { hint });
}
