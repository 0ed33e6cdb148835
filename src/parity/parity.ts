import { makeBundle } from '../bundle/bundle.ts';
import { Interrupted, UserError } from '../errors.ts';
import type { Event } from '../events.ts';
import { usedMachines } from '../machines/table.ts';
import type { Context } from '../project/context.ts';
import { readRelease } from '../project/release.ts';
import { replicaSize, replicaTarget } from '../replica/target.ts';
import { fallbackNote } from '../replica/up/files-store.ts';
import { compare } from './compare.ts';
import { awsSide, type Place, type Reader } from './sides/aws.ts';
import { desiredSide } from './sides/desired.ts';
import { replicaMachines } from './sides/replica.ts';
import type { AwsSide } from './sides/sides.ts';

interface ParityOptions {
  /** undefined: no region is chosen, so there is no AWS side. */
  aws?: { reader: Reader; place: Place } | undefined;
}

/** Settings ↔ replica ↔ AWS: one report, every value read anew. True when nothing differs that must not. */
export async function* parity(context: Context, options: ParityOptions): AsyncGenerator<Event, boolean> {
  const { settings, sources } = context;
  const { root } = makeBundle(settings, sources.docker);
  yield { type: 'begin', verb: 'parity', project: settings.site.name, root };
  return yield* comparison(context, options);
}

/** Without the title line, as a part of another verb. */
async function* comparison(context: Context, { aws }: ParityOptions): AsyncGenerator<Event, boolean> {
  const { settings, sources, dir } = context;
  const bundle = makeBundle(settings, sources.docker);
  const targets = new Map(
    usedMachines(settings).map((machine) => [machine.kind, replicaTarget(machine, settings, context.project, 443)]),
  );
  const sizes = new Map(usedMachines(settings).map((machine) => [machine.kind, replicaSize(machine, settings)]));
  const { digest } = await readRelease(dir, settings, sources.docker, context.ownCode);
  const desired = desiredSide(settings, bundle, digest, targets, sizes);
  // Both at once: neither waits for the other.
  const there = aws ? awsSide(aws.reader, aws.place, settings) : Promise.resolve(undefined);
  there.catch(() => undefined); // awaited below
  const replica = yield* step('replica', 'ask the replica', replicaMachines(context));
  const found = aws ? yield* step<AwsSide | undefined>('aws', `read ${aws.place.project} on AWS`, there) : undefined;
  yield* notices(context, aws?.place, found);
  const report = compare({ desired, replica, ...(found ? { aws: found } : {}) });
  yield { type: 'parity', parity: report };
  return report.same;
}

/**
 * The end of promote. What was deployed is deployed: where the comparison itself is not possible (no engine on this computer), that
 * is said and is no failure; a difference is one.
 */
export async function* finalComparison(context: Context, options: ParityOptions): AsyncGenerator<Event, boolean> {
  try {
    return yield* comparison(context, options);
  } catch (error) {
    if (!(error instanceof UserError) || error instanceof Interrupted) throw error;
    const text = `Parity was not compared: ${error.message}`;
    yield { type: 'notice', level: 'warning', text, hint: 'bootdev parity' };
    return true;
  }
}

async function* step<Result>(id: string, text: string, work: Promise<Result>): AsyncGenerator<Event, Result> {
  yield { type: 'step', id, text, state: 'start' };
  const at = performance.now();
  const result = await work;
  yield { type: 'step', id, text, state: 'done', seconds: (performance.now() - at) / 1000 };
  return result;
}

function* notices(context: Context, place?: Place, found?: AwsSide): Generator<Event, void> {
  const text = fallbackNote(context);
  if (text) yield { type: 'notice', level: 'warning', text };
  if (found) return;
  yield place
    ? { type: 'notice', level: 'info', text: `Nothing is promoted to ${place.project} yet.`, hint: 'bootdev promote' }
    : {
        type: 'notice',
        level: 'info',
        text: 'No AWS region is chosen: settings and replica alone.',
        hint: 'aws.region',
      };
}
