/** The updates of the database on AWS that a release of code.git wants: its admin machine makes them (docker/roles/backup). */
import { UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import type { Context } from '../../project/context.ts';
import { askAdmin, Refused } from '../between/ask-admin.ts';
import type { Side } from '../between/backups.ts';

export interface Update {
  /** The digest that every machine there serves. */
  release: string;
  /** The data becomes that of before the updates that were made since that release. */
  undo: boolean;
}

/**
 * Once for a release: asked again, the machine says what it did. Throws UserError; the data is that of before then, and the release serves
 * on. Returns whether the data is another now: pages of before may be kept.
 */
export async function* updateThere(
  context: Pick<Context, 'io' | 'signal'>,
  { name, bucket }: Side,
  { release, undo }: Update,
): AsyncGenerator<Event, boolean> {
  const request = undo
    ? {
        words: `undo-update ${release}`,
        text: `${name} takes the data of before the updates since this release`,
      }
    : { words: `update ${release}`, text: `${name} updates its database, where the release needs it` };
  let backup: string;
  try {
    backup = yield* askAdmin(context, bucket, { ...request, again: true });
  } catch (error) {
    if (!(error instanceof Refused) || undo) throw error;
    throw new UserError(error.message, {
      hint: `bootdev deploy --rollback --to ${name} serves the release before; else fix it in the repository, then: bootdev deploy --to ${name}`,
      cause: error,
    });
  }
  if (backup === '-') return false;
  const text = undo ? `Its data is that of ${backup}.` : `Its database was updated; the backup of before is ${backup}.`;
  yield { type: 'notice', level: 'info', text };
  return true;
}
