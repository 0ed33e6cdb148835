import { render } from 'ink';
import type { Event } from '../../events.ts';
import type { TerminalCapabilities } from '../mode.ts';
import { loadWideText } from '../width.ts';
import { emptyScreen, fold, type Screen } from './fold.ts';
import { CapabilitiesContext } from './Lines.tsx';
import { Live } from './Live.tsx';

interface LiveOptions {
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  capabilities: TerminalCapabilities;
  signal?: AbortSignal;
  stop: () => void;
}

const frameMs = 100;

/** The clock redraws, events only change the state: a build with a thousand lines costs ten frames a second. */
export async function showLive<Result>(
  events: AsyncGenerator<Event, Result>,
  { stdin, stdout, capabilities, signal, stop }: LiveOptions,
): Promise<Result> {
  await loadWideText();
  const started = performance.now();
  const now = () => (performance.now() - started) / 1000;
  let screen: Screen = emptyScreen;
  let ended = false;
  const tree = () => (
    <CapabilitiesContext.Provider value={capabilities}>
      <Live screen={screen} now={now()} stopping={signal?.aborted ?? false} onStop={stop} ended={ended} />
    </CapabilitiesContext.Provider>
  );
  let ink: ReturnType<typeof render> | undefined;
  const draw = () => {
    // Not before there is something to show: an empty frame would flash.
    if (!ink) ink = render(tree(), { stdin, stdout, exitOnCtrlC: false, patchConsole: false });
    else ink.rerender(tree());
  };
  const clock = setInterval(draw, frameMs);
  try {
    for (;;) {
      const next = await events.next();
      if (next.done) return next.value;
      screen = fold(screen, next.value, now());
      if (!ink) draw();
    }
  } catch (error) {
    screen = { ...screen, end: { how: 'failed' } };
    throw error;
  } finally {
    clearInterval(clock);
    ended = true;
    draw();
    ink?.unmount();
    await ink?.waitUntilExit();
  }
}
