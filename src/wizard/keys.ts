/** Ink's keys as the wizard's actions. */
import { type Key, useInput } from 'ink';
import type { Action } from './answers.ts';

export function useKeys(dispatch: (action: Action) => void): void {
  useInput((input, key) => {
    for (const action of actionsOf(input, key)) dispatch(action);
  });
}

/** Usually one; several for text that comes at once (pasted, or typed before the wizard was ready). */
export function actionsOf(input: string, key: Partial<Key>): Action[] {
  if (key.ctrl) {
    if (input === 'c' || input === 'd') return [{ do: 'cancel' }];
    return input === 'u' ? [{ do: 'clear' }] : [];
  }
  if (key.upArrow) return [{ do: 'up' }];
  if (key.downArrow) return [{ do: 'down' }];
  if (key.escape) return [{ do: 'back' }];
  if (key.tab) return [{ do: key.shift ? 'previousField' : 'nextField' }];
  if (key.backspace || key.delete) return [{ do: 'backspace' }];
  if (key.return) return [{ do: 'next' }];
  if (key.meta) return [];
  return input.split(/([\r\n])/).flatMap((part): Action[] => {
    if (part === '\r' || part === '\n') return [{ do: 'next' }];
    const text = part.replace(/\p{Cc}/gu, '');
    return text ? [{ do: 'type', text }] : [];
  });
}
