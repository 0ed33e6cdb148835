/** What another release wants of the database: the application's own updates and code.update (docker/roles/backup: update-site). */
import { UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import type { Context } from '../../project/context.ts';
import { askData } from '../../replica/database/machine.ts';
import { automaticName } from '../../replica/database/snapshot.ts';
import { refuseOlder } from '../../replica/find.ts';
import { codeChanged, updateSite } from '../../replica/site/site-updates.ts';
import { step } from '../../steps.ts';

/** Returns the snapshot of before, where there was something to do. Throws UpdateFailed; the data is then that of the snapshot. */
export async function* update(context: Context): AsyncGenerator<Event, string | undefined> {
  const asked = await updateSite(context, 'pending');
  refuseOlder(asked, 'admin');
  if (asked.code !== 0) throw new UserError(`What the database needs is not known:\n${asked.said}`);
  if (asked.stderr) yield { type: 'notice', level: 'info', text: asked.stderr };
  if (asked.stdout === '0') {
    const error = yield* codeChanged(context);
    if (error) throw error;
    return undefined;
  }
  const snapshot = automaticName('deploy');
  yield* step({ id: 'snapshot', text: `snapshot ${snapshot}` }, () =>
    askData(context, 'snapshot', snapshot, 'automatic'),
  );
  const { code, said } = yield* step(
    { id: 'update', text: 'update the database', failed: (ended) => ended.code !== 0 },
    () => updateSite(context, 'run'),
  );
  if (code !== 0) throw new UpdateFailed(said, snapshot);
  return snapshot;
}

export class UpdateFailed extends UserError {
  readonly snapshot: string;
  constructor(said: string, snapshot: string) {
    super(`The update of the database failed:\n${said}`);
    this.snapshot = snapshot;
  }
}
