import { Interrupted, UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import type { Context } from '../../project/context.ts';
import { step } from '../../steps.ts';
import { askData } from './machine.ts';

export const timeStamp = (): string => new Date().toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
/** Of a snapshot that nobody asked for; of these the five newest stay. */
export const automaticName = (before: string): string => `before-${before}-${timeStamp()}`;

/** A copy of the data before something is done with it that keeps the data itself: where none can be made, that is said, and no reason to stop. */
export async function* snapshotBefore(context: Context, what: string): AsyncGenerator<Event, void> {
  const name = automaticName(what);
  try {
    yield* step({ id: 'snapshot', text: `snapshot ${name}` }, () => askData(context, 'snapshot', name, 'automatic'));
  } catch (error) {
    if (!(error instanceof UserError) || error instanceof Interrupted) throw error;
    yield { type: 'notice', level: 'info', text: `No snapshot was made: ${error.message}` };
  }
}
