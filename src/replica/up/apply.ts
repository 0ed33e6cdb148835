import { Interrupted, UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import type { Container, DockerEngine } from '../../io/docker.ts';
import type { Io } from '../../io/io.ts';
import { askHealth, type Heard, machineTool, type Report } from '../report.ts';
import type { Change } from './diff.ts';

type Deps = Pick<Io, 'docker' | 'clock'>;
/** What a machine said of a bundle, with the places of the site's own files (src/bundle/own-config/places.ts). */
export type Places = (text: string, digest: string) => string;

const tool = (digest: string) => `/bundle/${digest}/bin/machine`;

/** A machine's own check refused the new files, in its own words: it has what it had. */
class Refused extends UserError {
  constructor({ name, digest }: Change, words: string, places: Places) {
    super(
      `The new configuration is not valid on ${name}; the running one was kept.\n${indent(places(words, digest))}`,
      { hint: 'fix the line above, then: bootdev up' },
    );
  }
}

/**
 * Asks one machine of each kind whether the new files are valid there. `applying`: the first machine is about to get them, and checks them
 * itself before it takes them. Throws Refused; nothing was changed.
 */
export async function checkChanges(
  docker: DockerEngine,
  changes: Change[],
  { applying, places }: { applying: boolean; places: Places },
): Promise<void> {
  const first = new Map(changes.map((change) => [change.container.service, change]).reverse() as [string, Change][]);
  if (applying) first.delete(changes[0]?.container.service ?? '');
  await Promise.all(
    [...first.values()].map(async (change) => {
      const { container, digest, target } = change;
      const { code, stdout, stderr } = await docker.exec(container.id, [tool(digest), 'check', digest, target]);
      if (code !== 0) throw new Refused(change, stdout + stderr, places);
    }),
  );
}

/**
 * Activates the new files, one machine after the other, each healthy again before the next. All or none: where one fails, those of `begun`
 * (this run's, to which these are added) get the files that they had. Throws UserError.
 */
export async function* applyChanges(
  io: Deps,
  changes: Change[],
  { begun, places }: { begun: Change[]; places: Places },
): AsyncGenerator<Event, void> {
  for (const change of changes) {
    const started = io.clock.now();
    const { name } = change;
    yield { type: 'machine', name, state: 'applying', text: 'activating the new files' };
    begun.push(change);
    try {
      await apply(io.docker, change, places);
      await ensureHealthy(io, change, places);
    } catch (error) {
      if (!(error instanceof UserError) || error instanceof Interrupted) throw error;
      if (error instanceof Refused) begun.pop();
      throw begun.length > 0 ? await switchBack(io, begun, error) : error;
    }
    yield { type: 'machine', name, state: 'healthy', seconds: (io.clock.now() - started) / 1000 };
  }
}

async function apply(docker: DockerEngine, change: Change, places: Places): Promise<void> {
  const { name, container, digest, target } = change;
  const command = [tool(digest), 'apply', digest, target];
  const { code, stdout, stderr } = await docker.exec(container.id, command, { timeout: 60_000 });
  if (code === 0) return;
  if (code === 65) throw new Refused(change, stdout + stderr, places);
  // A program that was only signalled says why in its log.
  const log = await docker.logTail(container.id, 40);
  const said = [stdout + stderr, ...log.filter((line) => /\[emerg\]/.test(line)).slice(-2)].join('\n');
  throw new UserError(`${name} did not activate the new files.\n${indent(places(said, digest))}`, {
    hint: `bootdev logs ${name}`,
  });
}

/** The latest first. Returns the error to throw: the reason, and what the machines have now. */
async function switchBack(io: Deps, begun: Change[], { message, hint }: UserError): Promise<UserError> {
  const left: string[] = [];
  for (const change of begun.toReversed()) {
    const { container, digest, target } = change;
    const command = [tool(digest), 'back', digest, target];
    await io.docker.exec(container.id, command, { timeout: 60_000 }).catch(() => undefined);
    // One whose container ended boots from the volumes, which still ask for the earlier files.
    const { healthy, report } = await lastHealth(io, change);
    const isBack = healthy && report && !hasTaken(report, change);
    if (!isBack) left.push(change.name);
  }
  const names = begun.map(({ name }) => name).filter((name) => !left.includes(name));
  const have = names.length === 1 ? 'has its earlier files' : 'have their earlier files';
  const now = [
    ...(names.length > 0 ? [`${names.join(', ')} ${have} again.`] : []),
    ...(left.length > 0 ? [`Not switched back: ${left.join(', ')}.`] : []),
  ];
  return new UserError(`${message}\n${now.join(' ')}`, hint ? { hint } : {});
}

/** Tells the machines that serve the site's code that another release is there: each takes it at once, without losing a request. */
export async function announceRelease(
  docker: DockerEngine,
  machines: readonly { name: string; container: Container }[],
): Promise<void> {
  await Promise.all(
    machines.map(async ({ name, container: { id } }) => {
      const { code, stdout, stderr } = await docker.exec(id, [machineTool, 'release']);
      if (code === 0) return;
      throw new UserError(`${name} did not take the new release.\n${indent(stdout + stderr)}`, {
        hint: `bootdev logs ${name}`,
      });
    }),
  );
}

/** Healthy, and with the new files: a program that cannot live with them ends its container, which then boots with those before. */
async function ensureHealthy(io: Deps, change: Change, places: Places): Promise<void> {
  const { name, digest, container } = change;
  const { healthy, report, text } = await lastHealth(io, change);
  const hint = `bootdev logs ${name}`;
  if (!healthy) {
    const said = text || 'it does not answer';
    throw new UserError(`${name} is not healthy with the new files.\n${indent(places(said, digest))}`, { hint });
  }
  if (report && hasTaken(report, change)) return;
  const log = (await io.docker.logTail(container.id, 200)).filter((line) => /error|fail|ended/i.test(line)).slice(-4);
  throw new UserError(`${name} ended with the new files.\n${indent(places(log.join('\n'), digest))}`, { hint });
}

const hasTaken = (report: Report, { digest, target }: Change) => report.digest === digest && report.target === target;

/** The last answer, after a minute at most. */
async function lastHealth({ docker, clock }: Deps, { container }: Change): Promise<Heard> {
  for (const end = clock.now() + 60_000; ; ) {
    const heard = await askHealth(docker, container);
    if (heard.healthy || clock.now() > end) return heard;
    await clock.pause(200);
  }
}

const indent = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .slice(-12)
    .map((line) => `    ${line}`)
    .join('\n');
