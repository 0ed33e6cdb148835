import { makeBundle } from '../bundle/bundle.ts';
import { Interrupted, UserError } from '../errors.ts';
import type { Event } from '../events.ts';
import { usedMachines } from '../machines/table.ts';
import type { Context } from '../project/context.ts';
import { readRelease } from '../project/release.ts';
import { replicaSize, replicaTarget } from '../replica/target.ts';
import { fallbackNotes } from '../replica/up/fallbacks.ts';
import { step } from '../steps.ts';
import { compare } from './compare.ts';
import { type Place, type Reader, readAwsSide } from './sides/aws.ts';
import { desiredSide } from './sides/desired.ts';
import { readReplicaMachines } from './sides/replica.ts';
import type { AwsSide } from './sides/sides.ts';

interface ParityOptions {
  /** undefined: aws.region is not set, so there is no AWS side. */
  aws?: { reader: Reader; place: Place } | undefined;
  /** What the last `up` was told, and these settings are not (`Context.toldBefore`): where the replica differs, that is why. */
  told?: readonly string[];
}

/** Settings ↔ replica ↔ AWS: one report, every value read now. True when nothing differs that must not. */
export async function* parity(context: Context, options: ParityOptions): AsyncGenerator<Event, boolean> {
  const { settings, sources, own } = context;
  const { root } = makeBundle(settings, sources.docker, own);
  yield { type: 'begin', verb: 'parity', project: settings.site.name, root };
  return yield* comparison(context, options);
}

/** Without the title line, as part of another verb. */
async function* comparison(context: Context, { aws, told = [] }: ParityOptions): AsyncGenerator<Event, boolean> {
  const { settings, sources, own, dir } = context;
  const bundle = makeBundle(settings, sources.docker, own);
  const targets = new Map(
    usedMachines(settings).map((machine) => [
      machine.kind,
      replicaTarget(machine, settings, {
        project: context.project,
        ports: { https: 443, s3: 4566 },
        database: context.state.database,
      }),
    ]),
  );
  const sizes = new Map(usedMachines(settings).map((machine) => [machine.kind, replicaSize(machine, settings)]));
  const { digest } = await readRelease(dir, settings, sources.docker, {
    ownChoice: context.ownCode,
    signal: context.signal,
  });
  // CloudFront is there always.
  const withCdn = makeBundle({ ...settings, cdn: { ...settings.cdn, enabled: true } }, sources.docker, own);
  const desired = desiredSide(settings, { bundle, withCdn, release: digest }, targets, sizes);
  // Both at once: neither waits for the other.
  const reading = aws ? readAwsSide(aws.reader, aws.place, settings) : Promise.resolve(undefined);
  reading.catch(() => undefined); // awaited below
  const replica = yield* step({ id: 'replica', text: 'read the replica' }, () => readReplicaMachines(context));
  const found = aws && (yield* step({ id: 'aws', text: `read ${aws.place.project} on AWS` }, () => reading));
  yield* toldNotice(told);
  yield* notices(context, aws?.place, found);
  const report = compare({ desired, replica, ...(found ? { aws: found } : {}) });
  yield { type: 'parity', parity: report };
  return report.same;
}

/**
 * The end of promote. What was deployed is deployed: a comparison that is not possible (no engine on this computer) is reported, but is
 * no failure; a difference is one.
 */
export async function* finalComparison(context: Context, options: ParityOptions): AsyncGenerator<Event, boolean> {
  try {
    return yield* comparison(context, options);
  } catch (error) {
    if (!(error instanceof UserError) || error instanceof Interrupted) throw error;
    const text = `Parity was not checked: ${error.message}`;
    yield { type: 'notice', level: 'warning', text, hint: 'bootdev parity' };
    return true;
  }
}

function* toldNotice(told: readonly string[]): Generator<Event, void> {
  if (told.length === 0) return;
  const set = told.map((each) => `--set ${each}`).join(' ');
  const text = `The replica has ${set}, as the last up was told; the settings that it is compared with have not.`;
  yield { type: 'notice', level: 'info', text, hint: `write it in bootdev.yaml, or: bootdev parity ${set}` };
}

function* notices(context: Context, place?: Place, found?: AwsSide): Generator<Event, void> {
  for (const text of fallbackNotes(context)) yield { type: 'notice', level: 'warning', text };
  if (found) return;
  yield place
    ? { type: 'notice', level: 'info', text: `Nothing was promoted to ${place.project} yet.`, hint: 'bootdev promote' }
    : {
        type: 'notice',
        level: 'info',
        text: 'aws.region is not set, so only settings and replica are compared.',
        hint: 'to compare AWS too, set aws.region in bootdev.yaml',
      };
}
