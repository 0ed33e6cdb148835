import { UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import type { PortName, State } from '../../project/state.ts';
import type { Settings } from '../../settings/schema.ts';

export const defaultPorts: Record<PortName, number> = { https: 8443, http: 8080, s3: 4566, mail: 8025 };
const names = Object.keys(defaultPorts) as PortName[];

/** The machines that may publish it. */
const publishers: Record<PortName, readonly string[]> = {
  https: ['cdn', 'lb'],
  http: ['cdn', 'lb'],
  s3: ['s3'],
  mail: ['mail'],
};

export interface Ports {
  /** Where each address is now. */
  ports: Record<PortName, number>;
  /** Where it belongs, and is wished first at every start. */
  homePorts: Record<PortName, number>;
}

interface Known extends Pick<State, 'ports' | 'homePorts'> {
  settings: Settings['ports'];
}

/**
 * A port for each published address: the one of the settings, else the one that it had first, since the site may have stored it (links,
 * images in posts). Where that is busy it moves, and says so; a machine of this replica that runs keeps what it has. The caller
 * remembers the choice.
 */
export async function* choosePorts(
  { settings, ports: remembered, homePorts }: Known,
  isHeld: (machine: string) => boolean,
  isFree: (port: number) => Promise<boolean>,
): AsyncGenerator<Event, Ports> {
  const chosen: Ports = { ports: { ...defaultPorts }, homePorts: { ...defaultPorts } };
  const done = new Set<PortName>();
  const couldReturn: Move[] = [];
  // What somebody asked for comes before what only is usual.
  for (const name of names.toSorted((one, other) => Number(settings[other] > 0) - Number(settings[one] > 0))) {
    const before = remembered[name];
    const home = settings[name] || homePorts?.[name] || before;
    const wish = home ?? defaultPorts[name];
    const held = before !== undefined && publishers[name].some(isHeld) ? before : undefined;
    const isChosen = (each: PortName) => done.has(each) || !settings[name];
    const others = names
      .filter((each) => each !== name)
      .flatMap((each) => [settings[each], ...(isChosen(each) ? [chosen.ports[each]] : [])]);
    const isOurs = async (port: number) => port === held || (!others.includes(port) && (await isFree(port)));
    const stays = held !== undefined && (held === wish || !settings[name] || !(await isOurs(wish)));
    const port = stays ? held : await firstFree([wish, before ?? wish], isOurs);
    chosen.ports[name] = port;
    chosen.homePorts[name] = home ?? port;
    done.add(name);
    const asker = names.find((each) => each !== name && settings[each] === wish);
    if (port === wish) continue;
    const move = { name, wish, port, home, asker };
    if (!asker && stays && (await isOurs(wish))) couldReturn.push(move);
    else yield moved(move);
  }
  if (couldReturn.length > 0) yield freeAgain(couldReturn);
  return chosen;
}

interface Move {
  name: PortName;
  wish: number;
  port: number;
  /** Undefined: it never had one. */
  home: number | undefined;
  /** Whose the port is by the settings, if another's. */
  asker: PortName | undefined;
}

const back = 'bootdev down, then bootdev up';

/** Moved once, these could go back now. */
function freeAgain(moves: Move[]): Event {
  const list = (pick: (move: Move) => string | number) => moves.map(pick).join(', ');
  const ports = moves.length > 1 ? `Ports ${list(({ wish }) => wish)} are` : `Port ${list(({ wish }) => wish)} is`;
  const text = `${ports} free again; until the next start ${list(({ name, port }) => `${name} is at ${port}`)}.`;
  return { type: 'notice', level: 'info', text, hint: back };
}

function moved({ name, wish, port, home, asker }: Move): Event {
  if (asker) {
    const text = `Port ${wish} is what ports.${asker} asks for; ${name} is at ${port}.`;
    return { type: 'notice', level: 'info', text, hint: `to choose it: ports.${name} in bootdev.local.yaml` };
  }
  const taken = `Port ${wish} is taken by another program; ${name} is at ${port}`;
  if (home === undefined) return { type: 'notice', level: 'info', text: `${taken} from now on.` };
  const stored =
    name === 'mail' ? '' : ` Addresses with :${wish} that the site has stored (links, images in posts) do not work.`;
  const hint = `stop what listens there (ss -ltnp 'sport = :${wish}'), then ${back}`;
  return { type: 'notice', level: 'warning', text: `${taken} for this time.${stored}`, hint };
}

/** Of the candidates, else of those that follow the first. */
async function firstFree(
  [first = 0, ...others]: number[],
  isOurs: (port: number) => Promise<boolean>,
): Promise<number> {
  const next = Array.from({ length: 199 }, (_, index) => first + 1 + index).filter((port) => port < 65_536);
  for (const port of [first, ...others, ...next]) if (await isOurs(port)) return port;
  throw new UserError(`No port between ${first} and ${first + 199} is free.`, {
    hint: 'stop what listens there: ss -ltnp',
  });
}
