import { setTimeout } from 'node:timers/promises';
import { UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import { askUrl } from '../../io/web.ts';
import { stopped } from '../stacks/stopped.ts';

/** A new CloudFront name is known everywhere only after some minutes. */
const patience = 10 * 60_000;

/** A real request to the site's own address, until it answers. Throws UserError when it does not. */
export async function* awaitHealth(url: string, signal: AbortSignal): AsyncGenerator<Event, void> {
  const at = performance.now();
  const text = `the site answers at ${url}`;
  yield { type: 'step', id: 'health', text, state: 'start' };
  for (let pause = 500; ; pause = Math.min(pause * 1.5, 10_000)) {
    if (signal.aborted) throw stopped('The site');
    const said = await askUrl(url, signal);
    if (typeof said === 'number' && said < 400) break;
    if (performance.now() - at > patience) {
      yield { type: 'step', id: 'health', text, state: 'failed' };
      throw new UserError(
        `All stacks are there, but ${url} does not serve: ${typeof said === 'number' ? `HTTP ${said}` : said}.`,
        {
          hint: `curl -sI ${url}   and the boot logs of the web machines in the artifact bucket (boot-logs/web/)`,
        },
      );
    }
    await setTimeout(pause, undefined, { signal }).catch(() => undefined);
  }
  yield { type: 'step', id: 'health', text, state: 'done', seconds: (performance.now() - at) / 1000 };
}
