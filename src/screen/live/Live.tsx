/** The live view: the screen's state as lines, and the keys. Holds no work: what it shows comes from outside. */
import { Box, useInput } from 'ink';
import { useState } from 'react';
import { statusView } from '../views/status-view.ts';
import type { Screen } from './fold.ts';
import { Lines } from './Lines.tsx';
import { startView } from './start-view.ts';
import { treeView } from './tree-view.ts';
import { useSize } from './use-size.ts';

interface LiveProps {
  screen: Screen;
  /** Seconds since the first event. */
  now: number;
  stopping?: boolean;
  /** Ctrl-C, or q where nothing would be lost. */
  onStop: () => void;
  /** No more events will come. */
  ended?: boolean;
}

export function Live({ screen, now, stopping = false, onStop, ended = false }: LiveProps) {
  const [tail, setTail] = useState(false);
  const { columns, rows } = useSize();
  useInput((input, key) => {
    if (input === 'c' && key.ctrl) onStop();
    else if (screen.status && input === 'q') onStop();
    else if (input.toLowerCase() === 'l') setTail(!tail);
  });
  function linesOf() {
    if (screen.status)
      return statusView(screen.status, { columns, rows, ...(ended ? {} : { keys: 'q quit  Ctrl-C quit' }) });
    if (screen.stacks.length > 0) return treeView(screen, { columns, rows, now, stopping });
    return startView(screen, { columns, rows, now, tail, stopping });
  }
  return (
    <Box flexDirection="column">
      <Lines lines={linesOf()} />
    </Box>
  );
}
