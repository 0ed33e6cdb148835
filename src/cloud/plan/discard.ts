import type { Cloud } from '../cloud.ts';
import { cloudformationOf } from '../stacks/describe.ts';
import type { Step } from './plan.ts';

/** After a "no": deletes the change sets, and the stacks that were created only for one. */
export async function discard(cloud: Cloud, steps: readonly Step[]): Promise<void> {
  await Promise.all(
    steps.map(async ({ snapshot, changeSet }) => {
      if (!changeSet) return;
      const cfn = await cloudformationOf(cloud, snapshot.stack);
      await cfn.deleteChangeSet(snapshot.name, changeSet).catch(ignoreExecuted);
      const now = await cfn.stack(snapshot.name);
      if (now?.status !== 'REVIEW_IN_PROGRESS') return;
      if ((await cfn.changeSets(snapshot.name)).length === 0) await cfn.deleteStack(snapshot.name);
    }),
  );
}

/** A change set that was executed no longer exists. */
function ignoreExecuted(error: unknown): void {
  const { name, message } = error as Error;
  if (!/ChangeSetNotFound|InvalidChangeSetStatus/.test(name) && !/does not exist/.test(message)) throw error;
}
