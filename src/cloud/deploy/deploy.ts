/** promote's second half, after a yes: what was planned is applied, the site answers, and it is written down who did it. */
import type { Event, Plan } from '../../events.ts';
import type { Cloud } from '../cloud.ts';
import { discard } from '../plan/discard.ts';
import type { Step } from '../plan/plan.ts';
import type { Prepared } from '../promote.ts';
import { apply, key } from './apply.ts';
import { awaitHealth } from './health.ts';
import { invalidateCdn } from './invalidate-cdn.ts';

/** How it ended; a failure has been said. */
export type Ended = 'live' | 'detached' | 'failed';

/** Apply, then the site's own answer. */
export async function* deploy(
  cloud: Cloud,
  { plan: shown, steps, planning }: Prepared,
  { detach = false } = {},
): AsyncGenerator<Event, Ended> {
  const started = performance.now();
  yield {
    type: 'begin',
    verb: 'promote',
    project: `${shown.site} → ${shown.environment}`,
    root: shown.root,
    stacks: shown.stacks.map(({ name }) => name),
  };
  const agreed = new Set(
    shown.stacks.flatMap((stack) =>
      stack.changes.filter(({ data }) => data).map(({ resource }) => key(stack, resource)),
    ),
  );
  let ok = false;
  try {
    const applied = yield* apply(cloud, { steps, planning, detach, agreed });
    const { bucket } = applied;
    if (bucket) await bucket.put(`journal/${new Date().toISOString()}.json`, journal(cloud, shown, applied.ok));
    if (!applied.ok) return 'failed';
    if (applied.detached) {
      const after = isNewRelease(steps) ? '\nlet CloudFront forget old files, when it is over: bootdev promote' : '';
      const see = 'see it: bootdev promote --watch\ntake it back: bootdev promote --cancel';
      yield { type: 'done', text: `AWS goes on alone.\n${see}${after}` };
      ok = true;
      return 'detached';
    }
    ok = true;
    const first = !webOf(steps)?.seen.info;
    yield* invalidateCdn(cloud, { outputs: applied.outputs, release: planning.assets.release, first });
    yield* ending(cloud, applied.outputs, started);
    return 'live';
  } finally {
    if (!ok) await discard(cloud, steps).catch(() => undefined);
  }
}

/** After a plan with nothing to change: what a promote that was left on the way did not come to. */
export function cleanUp(cloud: Cloud, { steps, planning }: Prepared): AsyncGenerator<Event, void> {
  const outputs = Object.assign({}, ...steps.map(({ seen }) => seen.info?.outputs));
  return invalidateCdn(cloud, { outputs, release: planning.assets.release, first: false });
}

const webOf = (steps: readonly Step[]) => steps.find(({ seen }) => seen.stack.part === 'web');

function isNewRelease(steps: readonly Step[]): boolean {
  const web = webOf(steps);
  return web?.seen.info !== undefined && web.seen.info.parameters.Release !== web.parameters.Release;
}

async function* ending(
  cloud: Cloud,
  outputs: Readonly<Record<string, string>>,
  started: number,
): AsyncGenerator<Event, void> {
  const url = outputs.SiteUrl;
  if (url) yield* awaitHealth(url, cloud.signal);
  yield {
    type: 'ready',
    urls: url ? [{ name: 'site', url }] : [],
    next: ['bootdev parity', 'bootdev promote --watch'],
    seconds: (performance.now() - started) / 1000,
  };
}

/** Who did what, kept in the bucket: also that something went out without rehearsal. */
function journal(
  { holder, aws }: Cloud,
  { root, release, unrehearsed, identity, stacks: all }: Plan,
  ok: boolean,
): string {
  const changed = all.filter(({ state }) => state !== 'same').map(({ stack }) => stack);
  return `${JSON.stringify({ holder, identity, region: aws.region, root, release, unrehearsed: unrehearsed ?? false, changed, ok })}\n`;
}
