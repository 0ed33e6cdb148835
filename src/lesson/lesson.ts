/** `bootdev lvs` without a screen: one load, measured or explained. */
import type { Event } from '../events.ts';
import { step } from '../steps.ts';
import type { Choice } from './choice.ts';
import type { Deps } from './deps.ts';
import { explain } from './explain.ts';
import { makeImage } from './image.ts';
import { openLab } from './machines.ts';
import { measure, newBench } from './measure.ts';

/** False where a connection failed, or the kernel counted another server than answered. */
export async function* lesson(deps: Deps, choice: Choice): AsyncGenerator<Event, boolean> {
  yield { type: 'begin', verb: 'lvs', project: choice.schedulers.join(' beside ') };
  const lab = yield* openLab(deps, yield* makeImage(deps), choice);
  try {
    const text = `${choice.connections} connections, ${choice.load}`;
    const measured = yield* step({ id: 'load', text }, async () => {
      let last = explain(choice);
      for await (const { lesson } of measure(deps, newBench(lab), choice, { signal: deps.signal })) last = lesson;
      return last;
    });
    yield { type: 'lesson', lesson: measured };
    return measured.sides.every(({ failed }) => failed === 0);
  } finally {
    await lab.close();
  }
}
