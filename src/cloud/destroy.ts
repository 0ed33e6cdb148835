/** Deletes a site's stacks, in the reverse order of their creation. Snapshots and what the templates retain stay, and are listed. */
import { UserError } from '../errors.ts';
import type { Event, PlannedStack } from '../events.ts';
import type { Cloud } from './cloud.ts';
import { explain } from './failure/explain.ts';
import { deleteStack, resourcesOf } from './stacks/delete-stack.ts';
import { cloudformationOf, describeStacks, isForeign, type StackSnapshot } from './stacks/describe.ts';
import { takeLock } from './stacks/lock.ts';
import type { Outcome } from './stacks/stack-events.ts';
import { stacks } from './stacks/stacks.ts';
import { stopped } from './stacks/stopped.ts';
import { templateData } from './stacks/template.ts';
import { isData, kindOf } from './stacks/words.ts';

export interface DeletionPlan {
  /** In the order of deletion. */
  snapshots: StackSnapshot[];
  planned: PlannedStack[];
  /** What is deleted for ever. */
  lost: string[];
  /** What stays in the account. */
  stays: string[];
}

/** `part`: one stack only. Throws UserError when no stack of this site exists. */
export async function planDeletion(cloud: Cloud, part?: string): Promise<DeletionPlan> {
  const all = await describeStacks(cloud, part === undefined ? stacks : stacks.filter((stack) => stack.part === part));
  const foreign = all.find(({ info }) => info && isForeign(cloud, info));
  if (foreign) {
    const owner = foreign.info?.tags['bootdev:project'];
    const by = owner ? ` but by project ${owner}` : '';
    throw new UserError(`${foreign.name} was not created from this folder${by}.`, {
      hint: owner
        ? `if it is the same site: bootdev destroy --adopt ${owner}`
        : 'delete it with the tool that created it',
    });
  }
  const snapshots = all.filter(({ info }) => info).reverse();
  if (snapshots.length === 0) {
    throw new UserError(`There are no stacks of ${cloud.project} in ${cloud.aws.region}.`, {
      hint: 'for another environment use --env, for another region set aws.region',
    });
  }
  const fates = snapshots.flatMap((one) => dataFates(one));
  return {
    snapshots,
    planned: snapshots.map(({ stack, name }) => ({ name: stack.title, stack: name, state: 'update', changes: [] })),
    lost: fates.filter(({ policy }) => policy === 'Delete').map(({ text }) => text),
    stays: fates
      .filter(({ policy }) => policy !== 'Delete')
      .map(({ text, policy }) => (policy === 'Snapshot' ? `${text}: a final snapshot` : text)),
  };
}

/** What the deployed template says about resources with data. */
function dataFates({ stack, template, deployedTemplate }: StackSnapshot): { text: string; policy: string }[] {
  const { Resources = {} } = templateData(deployedTemplate ?? template.body);
  return Object.entries(Resources as Record<string, { Type: string; DeletionPolicy?: string }>)
    .filter(([, { Type }]) => isData(Type))
    .map(([name, { Type, DeletionPolicy = 'Delete' }]) => ({
      text: `${stack.title}: ${kindOf(Type)} ${name}`,
      policy: DeletionPolicy === 'RetainExceptOnCreate' ? 'Retain' : DeletionPolicy,
    }));
}

export async function* destroy(cloud: Cloud, { snapshots, stays }: DeletionPlan): AsyncGenerator<Event, boolean> {
  const started = performance.now();
  yield {
    type: 'begin',
    verb: 'destroy',
    project: `${cloud.settings.site.name} → ${cloud.environment}`,
    stacks: snapshots.map(({ stack }) => stack.title),
  };
  const bucket = snapshots.find(({ stack }) => stack.part === 'bootstrap')?.info?.outputs.ArtifactBucket;
  const lock = bucket ? await takeLock(await cloud.aws.bucket(bucket), cloud.holder) : undefined;
  try {
    for (const [index, one] of snapshots.entries()) {
      if (cloud.signal.aborted) throw stopped(one.stack.title);
      lock?.check();
      const outcome = yield* clearAndDelete(cloud, one);
      if (outcome && outcome.status !== 'DELETE_COMPLETE') {
        yield { type: 'stack', name: one.stack.title, state: 'failed', seconds: outcome.seconds };
        const rest = snapshots.slice(index + 1).map(({ stack }) => stack.title);
        const failed = { stack: one.stack, ...outcome, rest, verb: 'destroy' as const, policies: cloud.templates };
        yield { type: 'failure', failure: explain(failed) };
        return false;
      }
      yield { type: 'stack', name: one.stack.title, state: 'gone', ...(outcome ? { seconds: outcome.seconds } : {}) };
    }
  } finally {
    await lock?.release().catch(() => undefined); // it may be gone with its bucket, and expires by itself
  }
  const text =
    stays.length > 0
      ? `Kept in the account, and still costing money:\n${stays.map((each) => `  ${each}`).join('\n')}`
      : '';
  const gone = snapshots.length > 1 ? cloud.project : (snapshots[0]?.name ?? '');
  yield {
    type: 'done',
    text: [`${gone} is deleted.`, text].filter(Boolean).join('\n'),
    seconds: (performance.now() - started) / 1000,
  };
  return true;
}

async function* clearAndDelete(cloud: Cloud, snapshot: StackSnapshot): AsyncGenerator<Event, Outcome | undefined> {
  const { stack, name, info } = snapshot;
  yield { type: 'stack', name: stack.title, state: 'working', text: 'deleting' };
  // A bucket that is not empty cannot be deleted. Only this stack's buckets are emptied.
  for (const { type, physical } of await ownBuckets(cloud, snapshot)) {
    yield* emptyBucket(cloud, type, physical, stack.title);
  }
  // Nor can a zone that still has the names which machines added.
  for (const { physical } of await resourcesOf(cloud, snapshot, 'AWS::Route53::HostedZone'))
    await (await cloud.aws.zones()).clear(physical);
  if (info?.status !== 'REVIEW_IN_PROGRESS') return yield* deleteStack(cloud, snapshot);
  await (await cloudformationOf(cloud, stack)).deleteStack(name);
  return undefined;
}

async function ownBuckets(cloud: Cloud, snapshot: StackSnapshot) {
  const cfn = await cloudformationOf(cloud, snapshot.stack);
  const kept = retainedResources(await cfn.template(snapshot.name).catch(() => ''));
  return (await resourcesOf(cloud, snapshot, 'AWS::S3::Bucket')).filter(({ resource }) => !kept.has(resource));
}

/** Logical ids that the template keeps. */
function retainedResources(body: string): Set<string> {
  const { Resources = {} } = body ? templateData(body) : {};
  return new Set(
    Object.entries(Resources as Record<string, { DeletionPolicy?: string }>)
      .filter(([, { DeletionPolicy = '' }]) => DeletionPolicy.startsWith('Retain'))
      .map(([name]) => name),
  );
}

async function* emptyBucket(cloud: Cloud, id: string, bucket: string, title: string): AsyncGenerator<Event, void> {
  const store = await cloud.aws.bucket(bucket);
  let count = 0;
  for await (const deleted of store.empty()) {
    count = deleted;
    yield { type: 'stack', name: title, state: 'working', text: `emptying ${bucket}: ${deleted} objects` };
  }
  if (count > 0)
    yield { type: 'step', id: `${id} ${bucket}`, text: `emptied ${bucket}: ${count} objects`, state: 'done' };
}
