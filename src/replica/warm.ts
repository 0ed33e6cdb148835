/** The pre-warmer of the admin machine (docker/roles/warm): a run that a person asks for, and what the last one said. */
import { z } from 'zod';
import { exitCode, UserError } from '../errors.ts';
import type { Event, Warm } from '../events.ts';
import type { Output } from '../io/command.ts';
import type { Container } from '../io/docker.ts';
import type { Context } from '../project/context.ts';
import { purgeLines } from '../settings/site-address.ts';
import { step } from '../steps.ts';
import { findRunning, refuseOlder } from './find.ts';

const program = '/etc/bootdev/current/usr/local/bin/warm';
const words = 'ask the web machines for pages';
const unit = 'requests';
const busy = 75;
const usual = [0, 1];

const number = z.number().nonnegative();
/** The site could write it too: numbers and words only. */
const report = z.object({
  at: number,
  seconds: number,
  why: z.enum(['release', 'purge', 'schedule', 'asked']),
  source: z.enum(['sitemap', 'links', 'named']),
  ...{ addresses: number, variants: number, machines: number, requests: number },
  hitBefore: number.max(100).nullish(),
  hitAfter: number.max(100).nullish(),
  ...{ made: number, unstored: number, errors: number, perSecond: number },
  ended: z.enum(['done', 'time', 'slow', 'errors', 'stopped']),
  notes: z.array(z.string().max(2100)).max(10),
});

/** Asks for the pages now; `urls`: for these alone. False: it ended early. Throws UserError. */
export async function* warm(context: Context, urls: readonly string[] = []): AsyncGenerator<Event, boolean> {
  const { settings } = context;
  const addresses = urls.length > 0 ? purgeLines(settings, { urls: [...urls] }) : [];
  if (!settings.cache.enabled) throw nothingStored('The micro-cache is off: cache.enabled is false');
  if (settings.code.mode === 'live') throw nothingStored('The site is a live folder, of which no page is stored');
  const { name, container } = await findRunning(context, 'admin');
  yield { type: 'begin', verb: 'warm', project: context.project };
  const said = yield* step({ id: 'warm', text: words }, () => runOn(context, container, name, addresses));
  yield { type: 'warm', warm: said };
  return said.ended === 'done' || said.ended === 'time';
}

const nothingStored = (text: string) =>
  new UserError(`${text}, so there is nothing to warm.`, {
    hint: 'bootdev up --set code.mode=release',
    code: exitCode.usage,
  });

/** Its lines: how far it is, and last the report. Who takes no more stops it. */
async function* runOn(
  { io, signal }: Context,
  { id }: Container,
  name: string,
  addresses: readonly string[],
): AsyncGenerator<Event, Warm> {
  const running = io.stream('docker', ['exec', id, 'site', program, '--progress', ...addresses], { signal });
  const started = io.clock.now();
  let last = '';
  let rest = '';
  let ended: Output | undefined;
  try {
    for (;;) {
      const next = await running.next();
      if (next.done) {
        ended = next.value;
        break;
      }
      const lines = `${rest}${next.value}`.split('\n');
      rest = lines.pop() ?? '';
      last = lines.at(-1) ?? last;
      const far = lines.length > 0 ? progressOf(last) : undefined;
      if (far)
        yield { type: 'progress', id: 'warm', text: words, ...far, seconds: (io.clock.now() - started) / 1000, unit };
    }
  } finally {
    // The engine lets a command go on whose client has gone.
    if (!ended) await io.docker.exec(id, ['site', program, '--stop']).catch(() => undefined);
  }
  refuseOlder({ code: ended.exitCode }, name);
  if (ended.exitCode === busy)
    throw new UserError('The pre-warmer is at work already: a release or a purge was just before.', {
      hint: 'try again in a minute; bootdev status says when it has ended',
    });
  const warm = usual.includes(ended.exitCode) ? readWarm(last) : undefined;
  if (!warm) throw new UserError(`${name} could not do it: ${ended.stderr.trim()}`, { hint: `bootdev logs ${name}` });
  return warm;
}

/** Undefined: it is the report. */
function progressOf(line: string): { bytes: number; total: number } | undefined {
  const { done, of = 0 } = JSON.parse(line) as { done?: number; of?: number };
  return done === undefined ? undefined : { bytes: done, total: of };
}

/** What the last run said; undefined where there was none. Throws nothing: a status is not to fail for it. */
export async function lastWarm({ io }: Pick<Context, 'io'>, admin: Container): Promise<Warm | undefined> {
  const command = ['site', 'timeout', '1', 'head', '-c', '10000', '/srv/files/private/.warm-report'];
  const { code, stdout } = await io.docker
    .exec(admin.id, command, { timeout: 5_000 })
    .catch(() => ({ code: 1, stdout: '' }));
  return code === 0 ? readWarm(stdout) : undefined;
}

function readWarm(text: string): Warm | undefined {
  try {
    const { hitBefore, hitAfter, ...others } = report.parse(JSON.parse(text));
    return { ...others, hitBefore: hitBefore ?? 0, ...(typeof hitAfter === 'number' ? { hitAfter } : {}) };
  } catch {
    return undefined;
  }
}
