/** Keys → the answer to a plan. Pure. */
export interface Asking {
  details: boolean;
  /** The parts of the cost, instead of the stacks. */
  cost: boolean;
  typed: string;
  /** What was entered is not the name. */
  wrong: boolean;
  /** Answered. */
  done?: boolean;
}

interface Key {
  input: string;
  enter: boolean;
  back: boolean;
  leave: boolean;
}

export const beginning: Asking = { details: false, cost: false, typed: '', wrong: false };

/** `desired`: the name to type; without it, y is enough. Enter alone is never a yes. */
export function answer(asking: Asking, { input, enter, back, leave }: Key, desired?: string): Asking {
  if (leave) return { ...asking, done: false };
  if (desired === undefined) {
    if (input === 'y') return { ...asking, done: true };
    if (input === 'n' || input === 'q') return { ...asking, done: false };
    if (input === 'c') return { ...asking, cost: !asking.cost };
    return input === 'd' ? { ...asking, details: !asking.details, cost: false } : asking;
  }
  if (input === '\t') return { ...asking, details: !asking.details };
  if (enter) return asking.typed === desired ? { ...asking, done: true } : { ...asking, typed: '', wrong: true };
  if (back) return { ...asking, typed: asking.typed.slice(0, -1), wrong: false };
  return { ...asking, typed: `${asking.typed}${input.replace(/[^\x21-\x7e]/g, '')}`.slice(0, 60), wrong: false };
}
