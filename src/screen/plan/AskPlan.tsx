/** The plan, and the one answer it waits for. Where data could be lost, the answer is the project's name, typed. */
import { Box, useInput } from 'ink';
import { useRef, useState } from 'react';
import type { Plan } from '../../events.ts';
import { type Line, span } from '../line.ts';
import { Lines } from '../live/Lines.tsx';
import { useSize } from '../live/use-size.ts';
import { type Asking, answer, beginning } from './plan-answer.ts';
import { planLines } from './plan-view.ts';

interface AskPlanProps {
  plan: Plan;
  onAnswer: (yes: boolean) => void;
  /** What shows the whole plan, as it is typed from here. */
  whole: string;
  /** It was answered: no more keys. */
  ended?: boolean;
}

export function AskPlan({ plan, onAnswer, whole, ended = false }: AskPlanProps) {
  const { columns, rows } = useSize();
  const desired = plan.dataLoss.length > 0 ? plan.project : undefined;
  // Not React's state alone: keys may come faster than frames, and Enter needs all of them.
  const current = useRef(beginning);
  const [asking, show] = useState(beginning);
  useInput((input, key) => {
    const pressed = {
      input: key.tab ? '\t' : input,
      enter: key.return,
      back: key.backspace || key.delete,
      leave: key.escape || (key.ctrl && input === 'c'),
    };
    current.current = answer(current.current, pressed, desired);
    if (current.current.done !== undefined) onAnswer(current.current.done);
    else show(current.current);
  });
  const width = Math.min(columns - 1, 119);
  const all = planLines(plan, { width, details: asking.details, cost: asking.cost });
  const foot = ended ? [] : footLines(asking, desired);
  const room = Math.max(rows - 1 - foot.length, 6);
  return (
    <Box flexDirection="column">
      <Lines lines={[...fitting(all, room, whole), ...foot]} />
    </Box>
  );
}

/** Always the end (data loss, cost), and as much of the start as there is room for. */
function fitting(lines: readonly Line[], room: number, whole: string): Line[] {
  if (lines.length <= room) return [...lines];
  const end = lines.slice(-6);
  const start = lines.slice(0, room - end.length - 1);
  const hidden = lines.length - start.length - end.length;
  return [...start, [span(`  … ${hidden} more lines: ${whole}`, 'dim')], ...end];
}

function footLines({ typed, wrong }: Asking, desired: string | undefined): Line[] {
  if (desired === undefined) return [[span('  y apply  d details  c cost parts  n no, delete the change sets', 'dim')]];
  return [
    [span(`  Data could be lost. Type ${desired} to apply it: `), span(`${typed}▏`, wrong ? 'bad' : 'strong')],
    [span('  Enter confirm  Tab details  Esc no, delete the change sets', 'dim')],
  ];
}
