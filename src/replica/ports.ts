import { UserError } from '../errors.ts';
import type { Event } from '../events.ts';
import { portIsFree } from '../io/ports.ts';
import type { PortName, State } from '../project/state.ts';

const wished: Record<PortName, number> = { http: 8080, s3: 4566, mail: 8025 };

/**
 * A port for each published address. A remembered one is kept when it is free or held by this replica (`running`); a busy one is
 * left for the next free, and said. The choice is remembered by the caller.
 */
export async function* choosePorts(
  remembered: State['ports'],
  running: boolean,
): AsyncGenerator<Event, Record<PortName, number>> {
  const chosen = { ...wished };
  for (const name of Object.keys(wished) as PortName[]) {
    const first = remembered[name] ?? wished[name];
    chosen[name] =
      running && remembered[name]
        ? remembered[name]
        : await nextFree(
            first,
            Object.values(chosen).filter((port) => port !== first),
          );
    if (chosen[name] !== first) {
      yield {
        type: 'notice',
        level: 'info',
        text: `Port ${first} is taken by another program; ${name} is at ${chosen[name]} from now on.`,
      };
    }
  }
  return chosen;
}

async function nextFree(first: number, taken: number[]): Promise<number> {
  for (let port = first; port < first + 200; port++) {
    if (!taken.includes(port) && (await portIsFree(port))) return port;
  }
  throw new UserError(`No port between ${first} and ${first + 199} is free.`, {
    hint: 'stop what listens there: ss -ltnp',
  });
}
