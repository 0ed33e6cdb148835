/** What failed runs leave behind, in words, and the way out of each. */
import { setTimeout } from 'node:timers/promises';
import type { Event } from '../../events.ts';
import type { Cloud } from '../cloud.ts';
import { cloudformationOf, type StackSnapshot } from '../stacks/describe.ts';
import { follow } from '../stacks/stack-events.ts';

export interface Leftover {
  seen: StackSnapshot;
  text: string;
  mend: 'delete' | 'continue';
  question: string;
}

const words: Readonly<Record<string, string>> = {
  REVIEW_IN_PROGRESS: 'an empty stack that was planned and never made',
  ROLLBACK_COMPLETE: 'what is left of a creation that failed and was taken back',
  ROLLBACK_FAILED: 'what is left of a creation that failed and could not be taken back whole',
  CREATE_FAILED: 'what is left of a creation that failed',
  DELETE_FAILED: 'what is left of a deletion that failed',
};

export function leftovers(all: readonly StackSnapshot[]): Leftover[] {
  return all.flatMap((seen): Leftover[] => {
    const status = seen.info?.status ?? '';
    if (status === 'UPDATE_ROLLBACK_FAILED') {
      const text = `${seen.name} is stuck between two states: its last change failed, and taking it back failed too (${status})`;
      return [{ seen, text, mend: 'continue', question: `Let AWS continue the rollback of ${seen.name}?` }];
    }
    const what = words[status];
    if (!what) return [];
    const text = `${seen.name} is ${what} (${status})`;
    return [{ seen, text, mend: 'delete', question: `Delete ${seen.name}?` }];
  });
}

export async function* mend(cloud: Cloud, all: readonly Leftover[]): AsyncGenerator<Event, void> {
  for (const { seen, mend: how } of [...all].reverse()) {
    const cfn = await cloudformationOf(cloud, seen.stack);
    const id = seen.info?.id ?? seen.name;
    if (seen.info?.status === 'REVIEW_IN_PROGRESS') {
      await cfn.deleteStack(seen.name);
      await untilGone(cloud, seen);
      yield { type: 'step', id: seen.name, text: `deleted ${seen.name}`, state: 'done' };
      continue;
    }
    const after = await newest(cfn.events(id));
    if (how === 'continue') await cfn.continueRollback(seen.name);
    else {
      if (seen.info?.protected) await cfn.protect(seen.name, false);
      await cfn.deleteStack(seen.name);
    }
    yield* follow(cloud, { cfn, id, stack: seen.stack, ...(after ? { after } : {}), mayFail: false });
  }
}

/** An empty stack has no events to follow, and is gone in a moment. */
async function untilGone(cloud: Cloud, { stack, name }: StackSnapshot): Promise<void> {
  const cfn = await cloudformationOf(cloud, stack);
  for (let attempt = 0; attempt < 30 && (await cfn.stack(name)); attempt++) await setTimeout(100 * (attempt + 1));
}

export async function newest(events: AsyncGenerator<{ id: string }>): Promise<string | undefined> {
  for await (const { id } of events) return id;
  return undefined;
}
