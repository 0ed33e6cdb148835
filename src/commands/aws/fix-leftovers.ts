import type { Cloud } from '../../cloud/cloud.ts';
import type { Leftover } from '../../cloud/preflight/leftovers.ts';
import { UserError } from '../../errors.ts';
import { type Call, show, showEvent } from '../call.ts';
import { type ConfirmFlags, confirm } from '../confirm.ts';

/** By what a loss is confirmed. */
export const byName = ({ project }: Cloud, loss: string) => ({
  name: project,
  loss: `${loss}: --yes also needs --confirm with the name.`,
});

/** Asks about each stack that a failed run left behind, then fixes them: before that there can be no plan. Throws UserError. */
export async function offerFixes(
  cloud: Cloud,
  found: readonly Leftover[],
  call: Call<ConfirmFlags & { plan?: boolean }>,
): Promise<void> {
  if (found.length === 0) return;
  if (call.flags.plan) {
    throw new UserError(found.map(({ text }) => text).join('\n  '), {
      hint: `bootdev promote asks and fixes ${found.length > 1 ? 'them' : 'it'}; with --yes it does not ask`,
    });
  }
  for (const { text } of found) await showEvent({ type: 'notice', level: 'warning', text: `${text}.` }, call);
  for (const { question, snapshot, loss } of found) {
    const declined = `Nothing was changed; ${snapshot.name} stays.`;
    await confirm(call, { text: question, declined, ...(loss ? byName(cloud, loss) : {}) });
  }
  const { fixLeftovers } = await import('../../cloud/preflight/leftovers.ts');
  await show(fixLeftovers(cloud, found), call);
}
