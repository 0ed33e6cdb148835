import type { Cloud } from '../cloud.ts';
import { cloudformationOf } from '../stacks/describe.ts';
import type { Step } from './plan.ts';

/** After a "no": the change sets go, and the stacks that were made only to hold one. */
export async function discard(cloud: Cloud, steps: readonly Step[]): Promise<void> {
  await Promise.all(
    steps.map(async ({ seen, changeSet }) => {
      if (!changeSet) return;
      const cfn = await cloudformationOf(cloud, seen.stack);
      await cfn.deleteChangeSet(seen.name, changeSet).catch(gone);
      const now = await cfn.stack(seen.name);
      if (now?.status !== 'REVIEW_IN_PROGRESS') return;
      if ((await cfn.changeSets(seen.name)).length === 0) await cfn.deleteStack(seen.name);
    }),
  );
}

/** An executed change set is no more there to be deleted. */
function gone(error: unknown): void {
  const { name, message } = error as Error;
  if (!/ChangeSetNotFound|InvalidChangeSetStatus/.test(name) && !/does not exist/.test(message)) throw error;
}
