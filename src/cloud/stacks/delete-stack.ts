/** Deletes a stack, whatever state it is in. A database has a lock of its own, beside the stack's: it is opened by the database's id. */
import type { Event } from '../../events.ts';
import type { Cloud } from '../cloud.ts';
import { cloudformationOf, type StackSnapshot } from './describe.ts';
import { newestEvent, type Outcome, waitForStack } from './stack-events.ts';

/** The stack's resources of a type that are there, also of one that failed and so has no outputs. */
export async function resourcesOf(cloud: Cloud, { stack, name, info }: StackSnapshot, kind: string) {
  const all = await (await cloudformationOf(cloud, stack)).resources(info?.id ?? name);
  return all.filter(({ type, physical, status }) => type === kind && physical && status !== 'DELETE_COMPLETE');
}

/** Physical ids. Who deletes a stack that has one asks for a name first. */
export const databasesOf = async (cloud: Cloud, snapshot: StackSnapshot) =>
  (await resourcesOf(cloud, snapshot, 'AWS::RDS::DBInstance')).map(({ physical }) => physical);

export async function* deleteStack(cloud: Cloud, snapshot: StackSnapshot): AsyncGenerator<Event, Outcome> {
  const { stack, name, info } = snapshot;
  const cfn = await cloudformationOf(cloud, stack);
  const id = info?.id ?? name;
  if (info?.protected) await cfn.protect(name, false);
  await unlock(cloud, await databasesOf(cloud, snapshot));
  for (let last = false; ; last = true) {
    const after = await newestEvent(cfn.events(id));
    await cfn.deleteStack(name);
    const outcome = yield* waitForStack(cloud, { cfn, id, stack, ...(after ? { after } : {}) });
    if (outcome.status !== 'DELETE_FAILED' || last) return outcome;
    // One that was still being created could not be unlocked before.
    const left = await databasesOf(cloud, snapshot);
    if (left.length === 0) return outcome;
    await unlock(cloud, left);
  }
}

async function unlock(cloud: Cloud, databases: readonly string[]): Promise<void> {
  for (const id of databases) await (await cloud.aws.services()).unprotectDatabase(id);
}
