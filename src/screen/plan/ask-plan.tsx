import { render } from 'ink';
import type { Plan } from '../../events.ts';
import { CapabilitiesContext } from '../live/Lines.tsx';
import { chooseCapabilities } from '../mode.ts';
import { loadWideText } from '../width.ts';
import { AskPlan } from './AskPlan.tsx';

interface AskPlanOptions {
  /** What shows the whole plan. */
  whole: string;
  stdin?: NodeJS.ReadStream;
  stdout?: NodeJS.WriteStream;
  signal?: AbortSignal;
}

/** Shows the plan and waits for the answer. The plan stays on the screen. */
export async function askPlan(
  plan: Plan,
  { whole, stdin = process.stdin, stdout = process.stdout, signal }: AskPlanOptions,
): Promise<boolean> {
  await loadWideText();
  return new Promise((resolve) => {
    const tree = (ended: boolean) => (
      <CapabilitiesContext.Provider value={chooseCapabilities(stdout, process.env)}>
        <AskPlan plan={plan} onAnswer={end} whole={whole} ended={ended} />
      </CapabilitiesContext.Provider>
    );
    const onAbort = () => end(false);
    let ended = false;
    const end = (yes: boolean) => {
      if (ended) return;
      ended = true;
      signal?.removeEventListener('abort', onAbort);
      ink.rerender(tree(true));
      ink.unmount();
      void ink.waitUntilExit().then(() => resolve(yes));
    };
    signal?.addEventListener('abort', onAbort);
    const ink = render(tree(false), { stdin, stdout, exitOnCtrlC: false, patchConsole: false });
  });
}
