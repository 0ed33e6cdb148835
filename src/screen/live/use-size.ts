import { useStdout } from 'ink';
import { useEffect, useState } from 'react';

/** The terminal's size now; a change redraws. */
export function useSize(): { columns: number; rows: number } {
  const { stdout } = useStdout();
  const [, redraw] = useState(0);
  useEffect(() => {
    const onResize = () => redraw((times) => times + 1);
    stdout.on('resize', onResize);
    return () => {
      stdout.off('resize', onResize);
    };
  }, [stdout]);
  // A pty without a size says 0.
  return { columns: stdout.columns || 80, rows: stdout.rows || 24 };
}
