import type { Bundle } from '../bundle/bundle.ts';
import type { Event, MachineState, MachineStatus, Status, Warm } from '../events.ts';
import type { Container } from '../io/docker.ts';
import type { Machine } from '../machines/table.ts';
import type { Context } from '../project/context.ts';
import { liveFolder } from '../project/live/live-folder.ts';
import { findMachines } from './find.ts';
import { jobsNote } from './jobs/jobs.ts';
import { askHealth, type Heard, hear, type Report } from './report.ts';
import { frontPage } from './site/front-page.ts';
import { machineUrls } from './site/urls.ts';
import { fallbackNotes } from './up/fallbacks.ts';
import { lastWarm } from './warm.ts';
import { isOn, replicaBundle, replicaMachines } from './xdebug/machine.ts';

/** The replica as it is; with `watch` again every two seconds until the signal. */
export async function* status(
  context: Context,
  { watch = false, recompute = false } = {},
): AsyncGenerator<Event, boolean> {
  const { io, settings, state, signal } = context;
  const bundle = replicaBundle(context);
  /** A page of the site costs it more than a look at a machine: every half a minute is enough. */
  let rarely = { notes: [] as (string | undefined)[], warm: undefined as Warm | undefined, until: 0 };
  for (;;) {
    const now = await describe(context, bundle, machineUrls(settings, state.ports), { recompute });
    if (io.clock.now() >= rarely.until)
      rarely = {
        ...{ notes: [await jobsNote(context, now), await siteNote(context, now)], warm: await warmOf(context, now) },
        until: io.clock.now() + 30_000,
      };
    const { warm } = rarely;
    const live = now.code === 'live' ? await liveNote(context) : undefined;
    const notes = [
      ...[stoppedNote(now), live, isOn(context) ? xdebugNote : undefined],
      ...[toldNote(context.toldBefore), ...fallbackNotes(context), ...rarely.notes],
    ].filter((note) => note !== undefined);
    yield { type: 'status', status: { ...now, ...(warm ? { warm } : {}), ...(notes.length > 0 ? { notes } : {}) } };
    if (!watch) return now.machines.every((machine) => machine.state === 'healthy');
    await io.clock.pause(2_000, signal);
    if (signal.aborted) return true;
  }
}

/** Admin says in a few words when there was a run; what it did is asked for then. */
async function warmOf(context: Context, { machines }: Status): Promise<Warm | undefined> {
  if (!machines.some(({ name, now = '' }) => name === 'admin' && now.includes('warm '))) return undefined;
  const admin = (await findMachines(context)).get('admin');
  return admin && lastWarm(context, admin);
}

const stoppedNote = ({ machines }: Status) =>
  machines.every(({ state }) => state === 'missing' || state === 'stopped') ? 'bootdev up starts it' : undefined;

const xdebugNote =
  'Xdebug is on: requests with its cookie go to a machine of their own (bootdev xdebug status); bootdev xdebug off ends it.';

/** A mount stays with its folder, wherever that is moved to, and does not see another one in its place. */
async function liveNote({ io, dir, settings, ownCode, paths }: Context): Promise<string> {
  const mounted = /^BOOTDEV_CODE_ID=(.*)$/m.exec((await io.files.readText(paths.envFile)) ?? '')?.[1];
  const folder = await liveFolder(dir, settings, ownCode).catch(() => undefined);
  if (settings.code.mode !== 'live' || folder?.id === mounted)
    return 'live · page cache off: the site is the folder itself, and an edit shows at the next request.';
  return `live, from a folder that is not ${settings.code.path} any more: it was moved or replaced, and an edit does not show; bootdev up takes what is there now.`;
}

/** `--set` of the last `up` is in no file, so nobody else has it, and the next `up` has not. */
const toldNote = (told: readonly string[]) =>
  told.length === 0
    ? undefined
    : `With ${told.map((each) => `--set ${each}`).join(' ')}, as the last up was told; in no file, so bootdev up alone ends it.`;

/** What the front page says, where it is not the site; nothing while a machine between it and the visitor is not healthy. */
async function siteNote(context: Context, { machines }: Status): Promise<string | undefined> {
  const { https } = context.state.ports;
  const onTheWay = machines.filter(({ name }) => /^(?:lb|web-\d+)$/.test(name));
  if (!https || onTheWay.some(({ state }) => state !== 'healthy')) return undefined;
  const problem = await frontPage(context, https);
  return problem && `${problem.text} ${problem.hint}`;
}

/**
 * All machines that the bundle has files for, in the table's order. `urls`: addresses for people, by machine name. `recompute`: every machine is
 * asked now; else what the engine's last check heard is enough where that is as it should be.
 */
export async function describe(
  context: Context,
  bundle: Bundle,
  urls: Partial<Record<string, string>> = {},
  { recompute = false } = {},
): Promise<Status> {
  const { docker } = context.io;
  const containers = await findMachines(context);
  const asked = replicaMachines(context).filter(({ machine }) => bundle.machines.has(machine.kind));
  const describe = async ({ name, machine }: { name: string; machine: Machine }) => {
    const desired = bundle.machines.get(machine.kind)?.digest ?? '';
    const container = containers.get(name);
    const heard = container && (await (recompute ? askHealth(docker, container) : hear(docker, container, desired)));
    const described = describeMachine(name, desired, container, heard);
    const url = urls[name];
    return { status: url ? { ...described, url } : described, isLive: heard?.report?.release === 'live' };
  };
  const machines = await Promise.all(asked.map(describe));
  return {
    project: context.project,
    root: bundle.root,
    ...(machines.some(({ isLive }) => isLive) ? { code: 'live' as const } : {}),
    machines: machines.map(({ status: one }) => one),
  };
}

/** State of one machine as a person understands it: health first, then whether its files are the desired ones. */
function describeMachine(
  name: string,
  desired: string,
  container: Container | undefined,
  heard: Heard | undefined,
): MachineStatus {
  const report = heard?.report;
  const base = {
    name,
    programs: report?.programs ?? [],
    desired,
    ...(report ? { digest: report.digest } : {}),
    ...(report?.now ? { now: report.now } : {}),
    ...(report ? { age: heard.age } : {}),
  };
  if (!container) return { ...base, state: 'missing', text: 'not there: bootdev up' };
  if (container.state !== 'running') return { ...base, state: 'stopped', text: whyStopped(container) };
  if (report && report.digest !== desired) return { ...base, state: 'differs', text: differenceOf(report) };
  const down = report?.programs.filter(({ up }) => !up).map((program) => program.name) ?? [];
  const text = down.length ? `down: ${down.join(', ')}` : heard?.text;
  return { ...base, state: stateOf(container, heard?.healthy), ...(text ? { text } : {}) };
}

/** The engine starts again what ends by itself: what stays ended was stopped by somebody. */
const whyStopped = ({ state }: Container) =>
  state === 'exited' ? 'stopped by hand: bootdev up starts it' : `${state}: bootdev up`;

/** The machine's own answer; the engine's memory where it gives none. In its first minute a machine is starting. */
function stateOf({ health }: Container, healthy: boolean | undefined): MachineState {
  if (healthy === true) return 'healthy';
  if (healthy === undefined) return health === 'none' ? 'starting' : health;
  return health === 'healthy' || health === 'unhealthy' ? 'unhealthy' : 'starting';
}

function differenceOf({ differs }: Report): string {
  if (differs.length === 0) return 'another bundle is active: bootdev up';
  const places = differs.map(({ path, line }) => (line ? `${path}:${line}` : path));
  return `changed on the machine: ${places.join(', ')}`;
}
