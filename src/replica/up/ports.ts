import { UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import type { PortName, State } from '../../project/state.ts';

export const defaultPorts: Record<PortName, number> = { https: 8443, http: 8080, s3: 4566, mail: 8025 };

/** The machine that publishes it. */
const publishers: Record<PortName, string> = { https: 'lb', http: 'lb', s3: 's3', mail: 'mail' };

/**
 * A port for each published address. A remembered one is kept when it is free or held by this replica's own machine; instead of a
 * busy one it takes the next free one, and says so. The caller remembers the choice.
 */
export async function* choosePorts(
  remembered: State['ports'],
  isHeld: (machine: string) => boolean,
  isFree: (port: number) => Promise<boolean>,
): AsyncGenerator<Event, Record<PortName, number>> {
  const chosen = { ...defaultPorts };
  for (const name of Object.keys(defaultPorts) as PortName[]) {
    const first = remembered[name] ?? defaultPorts[name];
    chosen[name] =
      remembered[name] && isHeld(publishers[name])
        ? remembered[name]
        : await nextFree(
            first,
            Object.values(chosen).filter((port) => port !== first),
            isFree,
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

async function nextFree(first: number, taken: number[], isFree: (port: number) => Promise<boolean>): Promise<number> {
  for (let port = first; port < first + 200; port++) {
    if (!taken.includes(port) && (await isFree(port))) return port;
  }
  throw new UserError(`No port between ${first} and ${first + 199} is free.`, {
    hint: 'stop what listens there: ss -ltnp',
  });
}
