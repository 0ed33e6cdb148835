import { setTimeout } from 'node:timers/promises';
import { UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import { askUrl } from '../../io/web.ts';
import { step } from '../../steps.ts';
import { stopped } from '../stacks/stopped.ts';

/** A new CloudFront name is known everywhere only after some minutes. */
const patience = 10 * 60_000;

/** Sends real requests to the site's own address until it answers. Throws UserError when it does not. */
export function awaitHealth(url: string, signal: AbortSignal): AsyncGenerator<Event, void> {
  return step({ id: 'health', text: `the site answers at ${url}` }, () => untilHealthy(url, signal));
}

async function untilHealthy(url: string, signal: AbortSignal): Promise<void> {
  const started = performance.now();
  for (let pause = 500; ; pause = Math.min(pause * 1.5, 10_000)) {
    if (signal.aborted) throw stopped('The site');
    const answer = await askUrl(url, signal);
    if (typeof answer === 'number' && answer < 400) return;
    if (performance.now() - started > patience) {
      const what = typeof answer === 'number' ? `HTTP ${answer}` : answer;
      throw new UserError(`All stacks are ready, but ${url} does not serve the site: ${what}.`, {
        hint: `curl -sI ${url}   and read the boot logs of the web machines in the artifact bucket (boot-logs/web/)`,
      });
    }
    await setTimeout(pause, undefined, { signal }).catch(() => undefined);
  }
}
