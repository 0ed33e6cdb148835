/** Ink's keys as the lesson's actions. */
import { type Key, useInput } from 'ink';
import type { Action } from './state.ts';

export type KeyAction = Action | { do: 'record' } | { do: 'interrupt' };

export function useKeys(dispatch: (action: KeyAction) => void): void {
  useInput((input, key) => {
    for (const action of actionsOf(input, key)) dispatch(action);
  });
}

const letters: Record<string, KeyAction['do']> = {
  s: 'scheduler',
  S: 'otherScheduler',
  m: 'mode',
  w: 'weights',
  l: 'load',
  '2': 'side',
  p: 'panel',
  r: 'record',
  ' ': 'again',
  q: 'quit',
};

/** Usually one; several where they come at once. */
export function actionsOf(input: string, key: Partial<Key>): KeyAction[] {
  if (key.ctrl) return input === 'c' ? [{ do: 'interrupt' }] : input === 'd' ? [{ do: 'quit' }] : [];
  if (key.meta || key.escape) return [];
  return [...input].flatMap((letter) => {
    const name = Object.hasOwn(letters, letter) ? letters[letter] : undefined;
    return name ? [{ do: name } as KeyAction] : [];
  });
}
