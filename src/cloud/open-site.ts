/** The door of a site on AWS: closed since its creation, and opened once its front page was seen to be no installer. */
import { setTimeout } from 'node:timers/promises';
import { UserError } from '../errors.ts';
import type { Event } from '../events.ts';
import { askUrl, type Page } from '../io/web.ts';
import { isInstaller, saysNoDatabase } from '../project/front-page.ts';
import { digestOf, newKey } from '../project/site-key.ts';
import { step } from '../steps.ts';
import type { Cloud } from './cloud.ts';
import { execute, reportFailure } from './deploy/apply.ts';
import { isClosedPage, keyCookie } from './deploy/health.ts';
import { planStack } from './plan/plan.ts';
import { refuse } from './preflight/finding.ts';
import { checkTakenNames } from './preflight/names.ts';
import { describeStacks, hasResources, isInProgress, type StackSnapshot } from './stacks/describe.ts';
import { takeLock } from './stacks/lock.ts';
import { waitForStack } from './stacks/stack-events.ts';
import { usedStacks } from './stacks/stacks.ts';
import { stopped } from './stacks/stopped.ts';
import { readTemplate } from './stacks/template.ts';

export interface Door {
  snapshot: StackSnapshot;
  /** sha256 of the key; '' where the site is open. */
  closedBy: string;
  url: string;
  /** CloudFront's own name. */
  via: string | undefined;
  bucket: string;
}

/** Throws UserError where there is no door, or somebody is at it. */
export async function findDoor(cloud: Cloud): Promise<Door> {
  const parts = usedStacks(cloud.settings).filter(({ part }) => part === 'edge' || part === 'bootstrap');
  const all = await describeStacks(cloud, parts);
  refuse(checkTakenNames(cloud, all));
  const outputs = Object.assign({}, ...all.map(({ info }) => info?.outputs)) as Record<string, string>;
  const snapshot = all.find(({ stack }) => stack.part === 'edge');
  const info = snapshot?.info;
  if (!snapshot || !info || !hasResources(info) || !outputs.SiteUrl)
    throw new UserError(`${cloud.project} has no site on AWS yet.`, { hint: 'bootdev promote' });
  if (isInProgress(info))
    throw new UserError(`${snapshot.stack.title} is being changed (${info.status}).`, { hint: 'bootdev watch' });
  return {
    ...{ snapshot, closedBy: info.parameters.ClosedBy ?? '', url: outputs.SiteUrl, via: outputs.DistributionDomain },
    bucket: outputs.ArtifactBucket ?? '',
  };
}

/** Whoever opens it sees the closed site. A secret. Throws UserError where this computer does not have the key. */
export async function addressWithKey({ siteKey }: Cloud, { url, closedBy }: Door): Promise<string> {
  const key = await siteKey.read();
  if (key && digestOf(key) === closedBy) return `${url}#bootdev-key=${key}`;
  throw new UserError(`This computer does not have the key of ${url}.`, {
    hint: 'bootdev open-site --new-key makes another one, which this computer keeps',
  });
}

/** Why the front page is not the site yet; undefined: it is. With the key, as the one visitor that there is. */
export async function* readFront(cloud: Cloud, door: Door): AsyncGenerator<Event, string | undefined> {
  await addressWithKey(cloud, door);
  const cookie = await keyCookie(cloud);
  return yield* step(
    {
      ...{ id: 'front', text: `look at the front page of ${door.url}` },
      done: (wrong) => wrong ?? `the front page of ${door.url} is the site's`,
      failed: (wrong) => wrong !== undefined,
    },
    () => judge(door, (url) => askUrl(url, { signal: cloud.signal, via: door.via, cookie })),
  );
}

async function judge({ url }: Door, ask: (url: string) => Promise<Page | string>): Promise<string | undefined> {
  let at = new URL(url);
  for (let hop = 0; hop < 5; hop++) {
    const page = await ask(at.href);
    if (typeof page === 'string') return `the front page does not answer: ${page}`;
    if (isClosedPage(page)) return 'the door does not know the key yet: CloudFront takes some minutes';
    if (isInstaller(at.pathname)) return 'the site is not installed: its own installer answers';
    if (saysNoDatabase(page.body)) return 'the front page says that the site has no connection to its database';
    if (page.status >= 400) return `the front page answers ${page.status}`;
    if (!page.location) return undefined;
    const next = new URL(page.location, at);
    if (next.hostname !== at.hostname) return `the front page leads to ${next.origin}/`;
    at = next;
  }
  return `the front page redirects in a circle, last to ${at.pathname}`;
}

/** Changes nothing but who may come in. False: it failed, which was shown. */
export async function* openDoor(cloud: Cloud, door: Door): AsyncGenerator<Event, boolean> {
  yield { type: 'begin', verb: 'open', project: cloud.project, stacks: [door.snapshot.stack.title] };
  if (!(yield* setDoor(cloud, door, ''))) return false;
  yield* step({ id: 'open', text: `visitors see ${door.url}` }, () => untilOpen(cloud, door));
  yield { type: 'done', text: `${door.url} is open.` };
  return true;
}

/** Closes it by another key, which this computer has then. */
export async function* closeDoor(cloud: Cloud, door: Door): AsyncGenerator<Event, boolean> {
  yield { type: 'begin', verb: 'close', project: cloud.project, stacks: [door.snapshot.stack.title] };
  const key = newKey();
  if (!(yield* setDoor(cloud, door, digestOf(key)))) return false;
  await cloud.siteKey.replace(key);
  yield { type: 'done', text: `${door.url} is closed: visitors get a page and 503.` };
  return true;
}

async function* setDoor(cloud: Cloud, { snapshot, bucket }: Door, ClosedBy: string): AsyncGenerator<Event, boolean> {
  const { stack, info, deployedTemplate = '' } = snapshot;
  const template = readTemplate(deployedTemplate);
  if (!info || !template.parameters.has('ClosedBy'))
    throw new UserError(`${stack.title} was made by an older bootdev, and has no door that closes.`, {
      hint: 'bootdev promote updates it; it stays open',
    });
  const artifacts = await cloud.aws.bucket(bucket);
  const lock = await takeLock(artifacts, cloud.holder);
  try {
    const parameters = { ...info.parameters, ClosedBy };
    const run = `door-${Date.now().toString(36)}`;
    const planned = await planStack(cloud, { ...snapshot, template }, { parameters, missing: [] }, run);
    if (!planned.changeSet) return true;
    yield { type: 'stack', name: stack.title, state: 'working' };
    const outcome = yield* waitForStack(cloud, { ...(await execute(cloud, planned)), stack });
    if (outcome.status === 'UPDATE_COMPLETE') {
      yield { type: 'stack', name: stack.title, state: 'done', seconds: outcome.seconds };
      return true;
    }
    yield* reportFailure(cloud, planned, outcome, [], artifacts);
    return false;
  } finally {
    await lock.release().catch(() => undefined); // it expires by itself
  }
}

/** A changed function is everywhere only after some minutes. */
const patience = 10 * 60_000;

async function untilOpen({ signal }: Cloud, { url, via }: Door): Promise<void> {
  const started = performance.now();
  for (let pause = 500; ; pause = Math.min(pause * 1.5, 10_000)) {
    const page = await askUrl(url, { signal, via });
    if (signal.aborted) throw stopped('CloudFront');
    if (typeof page === 'object' && !isClosedPage(page)) return;
    if (performance.now() - started > patience)
      throw new UserError(`${url} is still closed to visitors after ten minutes.`, {
        hint: 'bootdev open-site   (AWS has the change; some of its places may not yet)',
      });
    await setTimeout(pause, undefined, { signal }).catch(() => undefined);
  }
}
