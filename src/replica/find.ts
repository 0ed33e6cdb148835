import { exitCode, UserError } from '../errors.ts';
import type { Container } from '../io/docker.ts';
import { machineOf } from '../machines/table.ts';
import type { Context } from '../project/context.ts';

/** The machines' containers by machine name; those of other services are left out. */
function byName(containers: Container[]): Map<string, Container> {
  return new Map(
    containers.flatMap((container) => {
      const name = [`${container.service}-${container.number}`, container.service].find(machineOf);
      return name ? [[name, container] as const] : [];
    }),
  );
}

/** The replica's containers by machine name, as they are now. */
export const findMachines = async ({ io, project }: Pick<Context, 'io' | 'project'>) =>
  byName(await io.docker.containers(project));

/** The container of a machine; a kind's name alone (`web`) means its first. Throws UserError with the names there are. */
export async function findMachine(context: Context, name: string): Promise<{ name: string; container: Container }> {
  const containers = await findMachines(context);
  for (const candidate of [name, `${name}-1`]) {
    const container = containers.get(candidate);
    if (container) return { name: candidate, container };
  }
  if (containers.size === 0) throw notThere();
  throw new UserError(`There is no machine "${name}".`, {
    hint: `one of: ${[...containers.keys()].sort().join(', ')}`,
    code: exitCode.usage,
  });
}

/** The same, where it runs. Throws UserError where it does not. */
export async function findRunning(context: Context, name: string): Promise<{ name: string; container: Container }> {
  const found = await findMachine(context, name);
  if (found.container.state === 'running') return found;
  throw new UserError(`${found.name} is not running.`, { hint: 'bootdev up' });
}

/** Whether a machine has no such program, by the exit code of who was to run it. Throws UserError: its files are of an older bootdev. */
export function refuseOlder({ code }: { code: number }, name: string): void {
  if (code === 126 || code === 127)
    throw new UserError(`${name} has the files of an older bootdev.`, { hint: 'bootdev up' });
}

/** Throws UserError where the replica has no machine, not even a stopped one. */
export async function refuseUnlessThere(context: Context): Promise<void> {
  if ((await findMachines(context)).size === 0) throw notThere();
}

const notThere = () => new UserError('The replica is not running.', { hint: 'bootdev up', code: exitCode.usage });
