/** `bootdev size`: what an FPM child really takes beside what the formula planned, and what to set. */
import { UserError } from '../errors.ts';
import type { ChildrenSize, Event } from '../events.ts';
import { plannedChild, roomForChildren } from '../machines/capacity.ts';
import { machines } from '../machines/table.ts';
import type { Context } from '../project/context.ts';
import { findMachines } from './find.ts';
import { replicaSize } from './target.ts';

const script = '/etc/bootdev/current/roles/php-fpm/memory.sh';

export async function* size(context: Context): AsyncGenerator<Event, void> {
  const running = [...(await findMachines(context))].filter(
    ([, { service, state }]) => service === 'web' && state === 'running',
  );
  if (running.length === 0) throw new UserError('No web machine is running.', { hint: 'bootdev up' });
  const measured = await Promise.all(
    running.map(async ([name, { id }]) => {
      const { code, stdout, stderr } = await context.io.docker.exec(id, [script]);
      if (code !== 0) throw new UserError(`${name} cannot be measured: ${stderr.trim() || stdout.trim()}`);
      return measure(context, name, stdout);
    }),
  );
  yield { type: 'size', machines: measured, advice: advice(measured) };
}

/** `lines`: what memory.sh says, in kB. */
function measure({ settings }: Pick<Context, 'settings'>, machine: string, lines: string): ChildrenSize {
  const words = lines.split('\n').map((line) => line.split(' '));
  const children = words.filter(([kind]) => kind === 'child').map(([, ...numbers]) => numbers.map(Number));
  const rest = Number(words.find(([kind]) => kind === 'rest')?.[1] ?? 0) / 1024;
  const takes = children.map(([own = 0, , peak = 0]) => (own + peak) / 1024).sort((a, b) => a - b);
  const taken = Math.ceil(takes[Math.ceil(takes.length * 0.95) - 1] ?? 0);
  const web = machines.find(({ kind }) => kind === 'web');
  const planned = Math.ceil(plannedChild(settings.php));
  const room = web ? roomForChildren(replicaSize(web, settings), Math.max(64, rest)) : 0;
  return {
    ...{ machine, memory: settings.web.memory, children: children.length, planned, taken },
    requests: sum(children.map(([, , , requests = 0]) => requests)),
    ...{ rest: Math.ceil(rest), shared: Math.ceil(sum(children.map(([, shared = 0]) => shared)) / 1024) },
    fit: taken > 0 ? Math.max(0, Math.floor(room / taken)) : 0,
  };
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);

/** A fifth more than was measured: the next request may be larger than those that came so far. */
const reserve = 1.2;

function advice(measured: readonly ChildrenSize[]): string {
  const requests = sum(measured.map((each) => each.requests));
  if (requests < 200) return `Only ${requests} requests were answered yet: let real visits come first, then ask again.`;
  const taken = Math.max(...measured.map((each) => each.taken));
  const planned = measured[0]?.planned ?? 0;
  const desired = Math.ceil(taken * reserve);
  if (desired > planned)
    return `A process takes more than was planned: php.childMemory: ${desired} plans fewer of them, or more web.memory.`;
  if (desired < planned / 1.5) return `There is room for more processes: php.childMemory: ${desired}`;
  return 'The plan fits: nothing to change.';
}
