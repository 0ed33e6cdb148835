import type { Lesson } from '../answers/lesson.ts';
import type { Choice, Load, Scheduler } from './choice.ts';
import { drawPackets } from './packets.ts';
import { warning, why } from './why.ts';

/** What is known of a choice without a kernel that can do it. Nothing in it was measured. */
export function explain({ schedulers, mode, load, connections, weights }: Choice): Lesson {
  return {
    ...{ mode, load, connections, weights: [...weights], measured: false, commands: [] },
    sides: schedulers.map((scheduler) => ({ ...explained(scheduler, load), servers: [], failed: 0 })),
    packets: drawPackets(mode),
  };
}

export function explained(scheduler: Scheduler, load: Load) {
  const warn = warning(scheduler, load);
  return { scheduler, why: why(scheduler, load), ...(warn ? { warning: warn } : {}) };
}
