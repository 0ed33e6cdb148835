import { exitCode, Interrupted, UserError } from '../errors.ts';
import type { Event } from '../events.ts';
import { balancerKind, machineNames, machines, totalMemory } from '../machines/table.ts';
import { type Context, withSettings } from '../project/context.ts';
import { step } from '../steps.ts';
import { findMachines } from './find.ts';
import { up } from './up/up.ts';

/**
 * Changes how many web machines run, as the desired capacity of an Auto Scaling group: bootdev.yaml's web.count stays the normal
 * size and counts again when it is changed. New machines get requests once they are healthy; leaving ones finish theirs.
 */
export async function* scale(context: Context, { web }: { web: number }): AsyncGenerator<Event, void> {
  const before = context.settings.web.count;
  const { clock } = context.io;
  const started = clock.now();
  const wider = withSettings(context, { web: { ...context.settings.web, count: web } });
  await refuseTooMuch(wider);
  const leaving = webNames(context).slice(web);
  if (leaving.length > 0) yield* drain(context, leaving);
  await context.saveState({
    scale: { web, from: context.configuredWebCount },
    ...(web === before ? {} : { scaled: { web: before, at: Date.now() } }),
  });
  yield* up(wider);
  await onLb(wider, 'ready');
  if (web > before) yield* inService(wider, web);
  yield { type: 'done', text: `${web} web machines are in service.`, seconds: (clock.now() - started) / 1000 };
}

/** Takes machines out of the balancer's rotation and waits for their last answers. */
const drain = (context: Context, names: string[]) =>
  step({ id: 'drain', text: `drain ${names.join(' ')}` }, async () => {
    const containers = await findMachines(context);
    // LVS sends to what stands before each of them.
    const isLvs = context.settings.balancer.kind === 'lvs';
    const targets = isLvs ? names.map((name) => name.replace('web-', 'tls-')) : names;
    const addresses = targets.flatMap((name) => containers.get(name)?.address || []);
    if (addresses.length > 0) await onLb(context, 'drain', ...addresses);
  });

/** The balancer finds new machines by itself; this waits until it sends them requests. */
async function* inService(context: Context, desired: number): AsyncGenerator<Event, void> {
  const { clock } = context.io;
  for (const end = clock.now() + 20_000; Number(await onLb(context, 'up')) < desired; ) {
    if (clock.now() > end)
      throw new UserError('The balancer does not see every web machine.', { hint: 'bootdev logs lb' });
    if (context.signal.aborted) throw new Interrupted();
    await clock.pause(200, context.signal);
  }
  yield { type: 'machine', name: 'lb', state: 'healthy', text: `${desired} web machines in service` };
}

/** Says it to all that distribute. Returns the least of their answers, where these are numbers. */
async function onLb(context: Context, ...args: string[]): Promise<string> {
  const { io, settings } = context;
  const kind = balancerKind(settings);
  const script = `/etc/bootdev/current/roles/${settings.balancer.kind === 'lvs' ? 'director' : 'haproxy'}/servers.sh`;
  const answers: string[] = [];
  for (const [name, { id, service }] of await findMachines(context)) {
    if (service !== kind) continue;
    const { code, stdout, stderr } = await io.docker.exec(id, [script, ...args]);
    if (code !== 0)
      throw new UserError(`The balancer refused "${args.join(' ')}": ${stderr.trim()}`, {
        hint: `bootdev logs ${name}`,
      });
    answers.push(stdout.trim());
  }
  return answers.sort((one, other) => Number(one) - Number(other))[0] ?? '0';
}

/** Every machine has a memory limit; limits that add up to more than the engine has are refused before anything starts. */
async function refuseTooMuch({ settings, io }: Context): Promise<void> {
  const needed = totalMemory(settings);
  const there = await io.docker.memory();
  if (needed <= there) return;
  throw new UserError(`${settings.web.count} web machines need ${needed} MB with all others; Docker has ${there} MB.`, {
    hint: `fewer, or smaller ones: web.memory is ${settings.web.memory}`,
    code: exitCode.usage,
  });
}

function webNames({ settings }: Context): string[] {
  const web = machines.find(({ kind }) => kind === 'web');
  return web ? machineNames(web, settings) : [];
}
