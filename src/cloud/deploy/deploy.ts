/** promote's second half, after a yes: applies the plan, waits until the site answers, and records who did it. */
import type { Event, Plan } from '../../events.ts';
import type { Cloud, DnsRecord } from '../cloud.ts';
import { discard } from '../plan/discard.ts';
import type { Step } from '../plan/plan.ts';
import type { Prepared } from '../promote.ts';
import { apply, resourceKey } from './apply.ts';
import { awaitHealth } from './health.ts';
import { invalidateCdn } from './invalidate-cdn.ts';
import { recordsToMake } from './records.ts';

/** How it ended; a failure was already shown. */
export type DeployResult = 'live' | 'detached' | 'failed';

export async function* deploy(
  cloud: Cloud,
  { plan: shown, steps, planning }: Prepared,
  { detach = false } = {},
): AsyncGenerator<Event, DeployResult> {
  const started = performance.now();
  yield {
    type: 'begin',
    verb: 'promote',
    project: `${shown.site} → ${shown.environment}`,
    root: shown.root,
    stacks: shown.stacks.map(({ name }) => name),
  };
  const confirmed = new Set(
    shown.stacks.flatMap((stack) =>
      stack.changes.filter(({ data }) => data).map(({ resource }) => resourceKey(stack, resource)),
    ),
  );
  let ok = false;
  try {
    const applied = yield* apply(cloud, { steps, planning, detach, confirmed });
    const { bucket } = applied;
    if (bucket) await bucket.put(`journal/${new Date().toISOString()}.json`, journalEntry(cloud, shown, applied.ok));
    if (!applied.ok) return 'failed';
    if (applied.detached) {
      const lines = [
        'AWS continues without this program.',
        'watch it: bootdev promote --watch',
        'cancel it: bootdev promote --cancel',
        ...(isNewRelease(steps) ? ['remove old files from CloudFront, when AWS has finished: bootdev promote'] : []),
      ];
      yield { type: 'done', text: lines.join('\n') };
      ok = true;
      return 'detached';
    }
    ok = true;
    const first = !webOf(steps)?.snapshot.info;
    yield* invalidateCdn(cloud, { outputs: applied.outputs, release: planning.assets.release, first });
    yield* finish(cloud, applied.outputs, { started, foreign: planning.accountFacts.foreignAddress });
    return 'live';
  } finally {
    if (!ok) await discard(cloud, steps).catch(() => undefined);
  }
}

/** After a plan without changes: does what an interrupted promote did not get to. */
export function cleanUp(cloud: Cloud, { steps, planning }: Prepared): AsyncGenerator<Event, void> {
  const outputs = Object.assign({}, ...steps.map(({ snapshot }) => snapshot.info?.outputs));
  return invalidateCdn(cloud, { outputs, release: planning.assets.release, first: false });
}

const webOf = (steps: readonly Step[]) => steps.find(({ snapshot }) => snapshot.stack.part === 'web');

function isNewRelease(steps: readonly Step[]): boolean {
  const web = webOf(steps);
  return web?.snapshot.info !== undefined && web.snapshot.info.parameters.Release !== web.parameters.Release;
}

async function* finish(
  cloud: Cloud,
  outputs: Readonly<Record<string, string>>,
  { started, foreign }: { started: number; foreign: DnsRecord | undefined },
): AsyncGenerator<Event, void> {
  const url = outputs.SiteUrl;
  yield* awaitHealth(cloud, outputs);
  yield* recordsToMake(cloud, outputs, foreign);
  yield {
    type: 'ready',
    urls: url ? [{ name: 'site', url }] : [],
    next: ['bootdev parity', 'bootdev promote --watch'],
    seconds: (performance.now() - started) / 1000,
  };
}

/** Who did what, kept in the bucket: also that something was promoted without rehearsal. */
function journalEntry(
  { holder, aws }: Cloud,
  { root, release, unrehearsed, identity, stacks: all }: Plan,
  ok: boolean,
): string {
  const changed = all.filter(({ state }) => state !== 'same').map(({ stack }) => stack);
  return `${JSON.stringify({ holder, identity, region: aws.region, root, release, unrehearsed: unrehearsed ?? false, changed, ok })}\n`;
}
