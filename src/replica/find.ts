import { exitCode, UserError } from '../errors.ts';
import type { Container } from '../io/docker.ts';
import type { Context } from '../project/context.ts';
import { byName } from './observe.ts';

/** The container of a machine; a kind's name alone (`web`) means its first. Throws UserError with the names there are. */
export async function findMachine(context: Context, name: string): Promise<{ name: string; container: Container }> {
  const containers = byName(await context.docker.containers(context.project));
  for (const candidate of [name, `${name}-1`]) {
    const container = containers.get(candidate);
    if (container) return { name: candidate, container };
  }
  throw new UserError(containers.size ? `There is no machine "${name}".` : 'The replica is not running.', {
    hint: containers.size ? `one of: ${[...containers.keys()].sort().join(', ')}` : 'bootdev up',
    code: exitCode.usage,
  });
}
