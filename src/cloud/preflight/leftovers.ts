/** What failed runs leave behind, in words, and how each is fixed. */
import { setTimeout } from 'node:timers/promises';
import type { Event } from '../../events.ts';
import { step } from '../../steps.ts';
import type { Cloud } from '../cloud.ts';
import { databasesOf, deleteStack } from '../stacks/delete-stack.ts';
import { cloudformationOf, type StackSnapshot } from '../stacks/describe.ts';
import { newestEvent, requireSuccess, waitForStack } from '../stacks/stack-events.ts';

export interface Leftover {
  snapshot: StackSnapshot;
  text: string;
  fix: 'delete' | 'continue';
  question: string;
  /** What else is deleted: to be confirmed by the project's name. */
  loss?: string;
}

const words: Readonly<Record<string, string>> = {
  REVIEW_IN_PROGRESS: 'an empty stack that was planned but never created',
  ROLLBACK_COMPLETE: 'left over from a creation that failed and was rolled back',
  ROLLBACK_FAILED: 'left over from a creation that failed and could not be rolled back completely',
  CREATE_FAILED: 'left over from a creation that failed',
  DELETE_FAILED: 'left over from a deletion that failed',
};

export async function findLeftovers(cloud: Cloud, all: readonly StackSnapshot[]): Promise<Leftover[]> {
  const found = all.flatMap((snapshot): Leftover[] => {
    const status = snapshot.info?.status ?? '';
    if (status === 'UPDATE_ROLLBACK_FAILED') {
      const text = `${snapshot.name} is stuck between two states: its last change failed, and so did rolling it back (${status})`;
      return [{ snapshot, text, fix: 'continue', question: `Let AWS continue the rollback of ${snapshot.name}?` }];
    }
    const what = words[status];
    if (!what) return [];
    const text = `${snapshot.name} is ${what} (${status})`;
    return [{ snapshot, text, fix: 'delete', question: `Delete ${snapshot.name}?` }];
  });
  return Promise.all(found.map((each) => (each.fix === 'delete' ? withDatabases(cloud, each) : each)));
}

async function withDatabases(cloud: Cloud, leftover: Leftover): Promise<Leftover> {
  const { snapshot } = leftover;
  const databases = await databasesOf(cloud, snapshot);
  if (databases.length === 0) return leftover;
  const loss = `Deleting ${snapshot.name} deletes its database ${databases.join(', ')}`;
  return { ...leftover, loss, question: `${loss}. Type ${cloud.project}:` };
}

export async function* fixLeftovers(cloud: Cloud, all: readonly Leftover[]): AsyncGenerator<Event, void> {
  for (const { snapshot, fix: how } of [...all].reverse()) {
    const cfn = await cloudformationOf(cloud, snapshot.stack);
    const id = snapshot.info?.id ?? snapshot.name;
    if (snapshot.info?.status === 'REVIEW_IN_PROGRESS') {
      yield* step({ id: snapshot.name, text: `delete ${snapshot.name}`, done: () => `deleted ${snapshot.name}` }, () =>
        deleteEmptyStack(cloud, snapshot),
      );
      continue;
    }
    if (how === 'delete') {
      requireSuccess(snapshot.stack, yield* deleteStack(cloud, snapshot));
      continue;
    }
    const after = await newestEvent(cfn.events(id));
    await cfn.continueRollback(snapshot.name);
    requireSuccess(
      snapshot.stack,
      yield* waitForStack(cloud, { cfn, id, stack: snapshot.stack, ...(after ? { after } : {}) }),
    );
  }
}

/** An empty stack has no events to wait for, and is gone in a moment. */
async function deleteEmptyStack(cloud: Cloud, { stack, name }: StackSnapshot): Promise<void> {
  const cfn = await cloudformationOf(cloud, stack);
  await cfn.deleteStack(name);
  for (let attempt = 0; attempt < 30 && (await cfn.stack(name)); attempt++) await setTimeout(100 * (attempt + 1));
}
