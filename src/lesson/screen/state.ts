/** The lesson's screen: what it shows, and how each action changes it. Pure. */
import type { Lesson } from '../../answers/lesson.ts';
import { schedulers } from '../../settings/sections.ts';
import { type Choice, loadNames, loads, modes } from '../choice.ts';

export interface LessonState {
  choice: Choice;
  /** The same choice again: a higher number. */
  round: number;
  /** What is measured, as it is now. */
  lesson?: Lesson | undefined;
  /** Where not both have room. */
  panel: 'packets' | 'commands';
  /** Why the load ended. */
  problem?: { message: string; hint?: string | undefined } | undefined;
  working: boolean;
  /** The file that the screen is recorded to. */
  recording?: string | undefined;
  over: boolean;
}

export type Action =
  | { do: 'scheduler' | 'otherScheduler' | 'mode' | 'weights' | 'load' | 'side' | 'again' | 'panel' | 'quit' }
  | { do: 'measured'; lesson: Lesson }
  | { do: 'ended' }
  | { do: 'failed'; message: string; hint?: string | undefined }
  | { do: 'recording'; file?: string | undefined };

export const begin = (choice: Choice): LessonState => ({
  ...{ choice, round: 0, panel: 'packets', working: true, over: false },
});

/** One after the other by a key; a choice of the command line comes back in its turn. */
const weightings: readonly (readonly number[])[] = [
  [3, 1],
  [1, 1],
  [1, 1, 1],
  [5, 3, 1],
  [10, 10, 10],
];

export function reduce(state: LessonState, action: Action): LessonState {
  const { choice } = state;
  const [first = 'wlc', second] = choice.schedulers;
  switch (action.do) {
    case 'scheduler':
      return choose(state, { schedulers: [after(schedulers, first), ...(second ? [second] : [])] });
    case 'otherScheduler':
      return second ? choose(state, { schedulers: [first, after(schedulers, second)] }) : state;
    case 'side':
      return choose(state, { schedulers: second ? [first] : [first, after(schedulers, first)] });
    case 'mode':
      return choose(state, { mode: after(modes, choice.mode) });
    case 'load': {
      const load = after(loadNames, choice.load);
      return choose(state, { load, connections: loads[load] });
    }
    case 'weights': {
      const at = weightings.findIndex((each) => each.join() === choice.weights.join());
      return choose(state, { weights: weightings[(at + 1) % weightings.length] as readonly number[] });
    }
    case 'again':
      return choose(state, {});
    case 'panel':
      return { ...state, panel: state.panel === 'packets' ? 'commands' : 'packets' };
    case 'quit':
      return { ...state, over: true };
    case 'measured':
      return { ...state, lesson: action.lesson };
    case 'ended':
      return { ...state, working: false };
    case 'failed':
      return { ...state, working: false, problem: { message: action.message, hint: action.hint } };
    case 'recording':
      return { ...state, recording: action.file };
  }
}

/** Another choice is measured from its beginning. */
const choose = (state: LessonState, change: Partial<Choice>): LessonState => ({
  ...state,
  choice: { ...state.choice, ...change },
  ...{ round: state.round + 1, lesson: undefined, problem: undefined, working: true },
});

const after = <Name>(names: readonly Name[], name: Name): Name =>
  names[(names.indexOf(name) + 1) % names.length] as Name;
