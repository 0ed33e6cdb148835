/** Deletes a site's stacks, last made first. Snapshots and what the templates retain stay, and are listed. */
import { UserError } from '../errors.ts';
import type { Event, PlannedStack } from '../events.ts';
import type { Cloud } from './cloud.ts';
import { newest } from './preflight/leftovers.ts';
import { cloudformationOf, describeStacks, isForeign, type StackSnapshot } from './stacks/describe.ts';
import { explain } from './stacks/explain.ts';
import { takeLock } from './stacks/lock.ts';
import { follow, type Outcome } from './stacks/stack-events.ts';
import { stacks } from './stacks/stacks.ts';
import { stopped } from './stacks/stopped.ts';
import { templateData } from './stacks/template.ts';
import { isData, kindOf } from './stacks/words.ts';

export interface DeletionPlan {
  /** Last made first. */
  seen: StackSnapshot[];
  planned: PlannedStack[];
  /** What goes for good. */
  lost: string[];
  /** What stays in the account. */
  stays: string[];
}

/** `part`: one stack only. Throws UserError when there is nothing of ours. */
export async function planDeletion(cloud: Cloud, part?: string): Promise<DeletionPlan> {
  const all = await describeStacks(cloud, part === undefined ? stacks : stacks.filter((stack) => stack.part === part));
  const foreign = all.find(({ info }) => info && isForeign(cloud, info));
  if (foreign) {
    const owner = foreign.info?.tags['bootdev:project'];
    throw new UserError(`${foreign.name} was not made from this folder${owner ? ` (but by project ${owner})` : ''}.`, {
      hint: owner ? `bootdev destroy --adopt ${owner}   if it is the same site` : 'delete it where it was made',
    });
  }
  const seen = all.filter(({ info }) => info).reverse();
  if (seen.length === 0) {
    throw new UserError(`There are no stacks of ${cloud.project} in ${cloud.aws.region}.`, {
      hint: 'another environment? --env; another region? aws.region',
    });
  }
  const fates = seen.flatMap((one) => fatesOf(one));
  return {
    seen,
    planned: seen.map(({ stack, name }) => ({ name: stack.title, stack: name, state: 'update', changes: [] })),
    lost: fates.filter(({ policy }) => policy === 'Delete').map(({ text }) => text),
    stays: fates
      .filter(({ policy }) => policy !== 'Delete')
      .map(({ text, policy }) => (policy === 'Snapshot' ? `${text}: a final snapshot` : text)),
  };
}

/** What the template in force says of resources with data. */
function fatesOf({ stack, template, deployedTemplate }: StackSnapshot): { text: string; policy: string }[] {
  const { Resources = {} } = templateData(deployedTemplate ?? template.body);
  return Object.entries(Resources as Record<string, { Type: string; DeletionPolicy?: string }>)
    .filter(([, { Type }]) => isData(Type))
    .map(([name, { Type, DeletionPolicy = 'Delete' }]) => ({
      text: `${stack.title}: ${kindOf(Type)} ${name}`,
      policy: DeletionPolicy === 'RetainExceptOnCreate' ? 'Retain' : DeletionPolicy,
    }));
}

export async function* destroy(cloud: Cloud, { seen, stays }: DeletionPlan): AsyncGenerator<Event, boolean> {
  const started = performance.now();
  yield {
    type: 'begin',
    verb: 'destroy',
    project: `${cloud.settings.site.name} → ${cloud.environment}`,
    stacks: seen.map(({ stack }) => stack.title),
  };
  const home = seen.find(({ stack }) => stack.part === 'bootstrap')?.info?.outputs.ArtifactBucket;
  const held = home ? await takeLock(await cloud.aws.bucket(home), cloud.holder) : undefined;
  try {
    for (const [index, one] of seen.entries()) {
      if (cloud.signal.aborted) throw stopped(one.stack.title);
      held?.check();
      const outcome = yield* deleteStack(cloud, one);
      if (outcome && outcome.status !== 'DELETE_COMPLETE') {
        yield { type: 'stack', name: one.stack.title, state: 'failed', seconds: outcome.seconds };
        const rest = seen.slice(index + 1).map(({ stack }) => stack.title);
        const next = ['mend the cause, then  bootdev destroy   (it goes on here)'];
        yield { type: 'failure', failure: { ...explain({ stack: one.stack, ...outcome, rest }), next } };
        return false;
      }
      yield { type: 'stack', name: one.stack.title, state: 'gone', ...(outcome ? { seconds: outcome.seconds } : {}) };
    }
  } finally {
    await held?.release().catch(() => undefined); // it may be gone with its bucket, and ends by itself
  }
  const text =
    stays.length > 0 ? `What stays in the account, and costs:\n${stays.map((each) => `  ${each}`).join('\n')}` : '';
  const gone = seen.length > 1 ? cloud.project : (seen[0]?.name ?? '');
  yield {
    type: 'done',
    text: [`${gone} is gone.`, text].filter(Boolean).join('\n'),
    seconds: (performance.now() - started) / 1000,
  };
  return true;
}

async function* deleteStack(
  cloud: Cloud,
  { stack, name, info }: StackSnapshot,
): AsyncGenerator<Event, Outcome | undefined> {
  const cfn = await cloudformationOf(cloud, stack);
  yield { type: 'stack', name: stack.title, state: 'working', text: 'removing' };
  if (info?.protected) await cfn.protect(name, false);
  // A bucket that holds something cannot be deleted: those of this stack, and no others.
  for (const { type, physical } of await ownBuckets(cloud, name, stack)) {
    yield* emptied(cloud, type, physical, stack.title);
  }
  await unlock(cloud, info?.outputs ?? {});
  const after = await newest(cfn.events(info?.id ?? name));
  await cfn.deleteStack(name);
  if (info?.status === 'REVIEW_IN_PROGRESS') return undefined;
  return yield* follow(cloud, { cfn, id: info?.id ?? name, stack, ...(after ? { after } : {}) });
}

/** What would hold the deletion up though it was agreed to: the database's own lock, the names that machines made in the private zone. */
async function unlock(cloud: Cloud, { DatabaseId, PrivateZoneId }: Readonly<Record<string, string>>): Promise<void> {
  if (DatabaseId) await (await cloud.aws.services()).unlockDatabase(DatabaseId);
  if (PrivateZoneId) await (await cloud.aws.zones()).clear(PrivateZoneId);
}

async function ownBuckets(cloud: Cloud, name: string, stack: StackSnapshot['stack']) {
  const cfn = await cloudformationOf(cloud, stack);
  const kept = retained(await cfn.template(name).catch(() => ''));
  return (await cfn.resources(name)).filter(
    ({ type, physical, resource }) => type === 'AWS::S3::Bucket' && physical && !kept.has(resource),
  );
}

/** Logical ids that the template keeps. */
function retained(body: string): Set<string> {
  const { Resources = {} } = body ? templateData(body) : {};
  return new Set(
    Object.entries(Resources as Record<string, { DeletionPolicy?: string }>)
      .filter(([, { DeletionPolicy = '' }]) => DeletionPolicy.startsWith('Retain'))
      .map(([name]) => name),
  );
}

async function* emptied(cloud: Cloud, id: string, bucket: string, title: string): AsyncGenerator<Event, void> {
  const store = await cloud.aws.bucket(bucket);
  let count = 0;
  for await (const gone of store.empty()) {
    count = gone;
    yield { type: 'stack', name: title, state: 'working', text: `emptying ${bucket}: ${gone} objects` };
  }
  if (count > 0)
    yield { type: 'step', id: `${id} ${bucket}`, text: `emptied ${bucket}: ${count} objects`, state: 'done' };
}
