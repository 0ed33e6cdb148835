/** What a lesson has in the engine, and the deletion of it: at its end, or by whoever comes next where it was killed. */
import type { Event } from '../events.ts';
import type { Output } from '../io/command.ts';
import { step } from '../steps.ts';
import { type Deps, dockerOf } from './deps.ts';

/** On each container and network: the process that it belongs to (`thisProcess`). */
const label = 'bootdev.lesson';
export const labelOf = (owner: string) => ['--label', `${label}=${owner}`];

type Listing = Pick<Deps, 'io'>;

/** Deletes the machines of lessons whose bootdev is gone (kill -9, a power cut). Says so only where there are any. */
export async function* removeAbandoned(deps: Listing): AsyncGenerator<Event, void> {
  const owners = new Set((await listed(deps)).map(({ owner }) => owner));
  for (const owner of owners) {
    if (deps.io.process.runningProcess(owner) !== undefined) continue;
    const text = 'machines of a lesson that was killed: deleted';
    yield* step({ id: `lesson ${owner}`, text }, () => removeAll(deps, owner));
  }
}

interface Part {
  kind: 'container' | 'network';
  id: string;
  owner: string;
}

async function listed({ io }: Listing): Promise<Part[]> {
  const read = (kind: Part['kind'], { exitCode, stdout }: Output): Part[] =>
    exitCode !== 0
      ? []
      : stdout.split('\n').flatMap((line) => {
          const [id = '', owner = ''] = line.split('\t');
          return owner === '' ? [] : [{ kind, id, owner }];
        });
  const format = ['--filter', `label=${label}`, '--format', `{{.ID}}\t{{.Label "${label}"}}`];
  return [
    ...read('container', await io.run('docker', ['ps', '-a', ...format])),
    ...read('network', await io.run('docker', ['network', 'ls', ...format])),
  ];
}

/** Deletes the machines and networks of one. */
export async function removeAll(deps: Listing, owner: string): Promise<void> {
  const own = (await listed(deps)).filter((part) => part.owner === owner);
  const ids = (kind: Part['kind']) => own.filter((part) => part.kind === kind).map(({ id }) => id);
  const docker = dockerOf(deps);
  // One that ends by itself meanwhile (the probe) is fine.
  if (ids('container').length > 0) await deps.io.run('docker', ['rm', '-f', ...ids('container')]);
  if (ids('network').length > 0) await docker(['network', 'rm', ...ids('network')]);
}
