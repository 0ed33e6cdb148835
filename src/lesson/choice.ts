/** What the lesson shows: which scheduler in which mode, under which load. */
import { exitCode, UserError } from '../errors.ts';
import { schedulers } from '../settings/sections.ts';

export type Scheduler = (typeof schedulers)[number];

export const modes = ['fullnat', 'nat', 'dr', 'tun'] as const;
export type Mode = (typeof modes)[number];

/** How many connections each load makes when nobody says: enough to see the pattern, and divisible by usual weights. */
export const loads = { short: 200, held: 80, sources: 150, destinations: 150 } as const;
export type Load = keyof typeof loads;
export const loadNames = Object.keys(loads) as readonly Load[];

/** Of addresses that a client asks from, or that a director answers at. */
export const addressCount = 30;
/** Servers that the lesson has. */
export const mostServers = 3;

export interface Choice {
  /** One, or two side by side. */
  schedulers: readonly Scheduler[];
  mode: Mode;
  load: Load;
  /** Of web-1, web-2 …: as many servers as there are weights. */
  weights: readonly number[];
  connections: number;
}

export interface ChoiceFlags {
  scheduler?: string;
  mode?: string;
  weights?: string;
  load?: string;
  connections?: number;
}

/** Throws UserError. */
export function readChoice({ scheduler = 'wlc', mode, weights = '3,1', load, connections }: ChoiceFlags): Choice {
  const chosen = scheduler.split(',').map((name) => oneOf(schedulers, name, '--scheduler'));
  if (chosen.length > 2) throw wrong('--scheduler takes one, or two with a comma between them.', '--scheduler wlc,sed');
  const shown = oneOf(loadNames, load ?? 'held', '--load');
  const number = connections ?? loads[shown];
  if (number < 1 || number > 500) throw wrong('--connections is a number from 1 to 500.', '--connections 80');
  return {
    schedulers: chosen,
    mode: oneOf(modes, mode ?? 'fullnat', '--mode'),
    load: shown,
    weights: readWeights(weights),
    connections: number,
  };
}

function readWeights(text: string): number[] {
  const weights = text.split(',');
  const valid = weights.every((weight) => /^\d{1,3}$/.test(weight)) && weights.some((weight) => Number(weight) > 0);
  if (valid && weights.length >= 2 && weights.length <= mostServers) return weights.map(Number);
  throw wrong(`--weights takes two or ${mostServers} whole numbers, of which one is not 0.`, '--weights 3,1');
}

function oneOf<Name extends string>(names: readonly Name[], name: string, flag: string): Name {
  const found = names.find((each) => each === name);
  if (found !== undefined) return found;
  throw wrong(`${flag} ${name}: there is no such one.`, `one of: ${names.join(', ')}`);
}

const wrong = (message: string, hint: string) => new UserError(message, { hint, code: exitCode.usage });
