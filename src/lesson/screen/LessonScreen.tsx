/** The lesson as Ink paints it. Holds no work: what it shows comes from outside, and keys go there. */
import { Box } from 'ink';
import { Lines } from '../../screen/live/Lines.tsx';
import { useSize } from '../../screen/live/use-size.ts';
import { type KeyAction, useKeys } from './keys.ts';
import type { LessonState } from './state.ts';
import { lessonView } from './view.ts';

interface LessonScreenProps {
  state: LessonState;
  dispatch: (action: KeyAction) => void;
}

export function LessonScreen({ state, dispatch }: LessonScreenProps) {
  useKeys(dispatch);
  const size = useSize();
  return (
    <Box flexDirection="column">
      <Lines lines={lessonView(state, size)} />
    </Box>
  );
}
