import { setTimeout } from 'node:timers/promises';
import { UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import { askUrl } from '../../io/web.ts';
import { step } from '../../steps.ts';
import { stopped } from '../stacks/stopped.ts';

/** A new CloudFront name is known everywhere only after some minutes. */
const patience = 10 * 60_000;

/**
 * Sends real requests for the site's own address to CloudFront until it answers: wherever the name leads by now, which may be an older site.
 * Throws UserError when it does not.
 */
export async function* awaitHealth(
  { SiteUrl: url, DistributionDomain: via }: Readonly<Record<string, string>>,
  signal: AbortSignal,
): AsyncGenerator<Event, void> {
  if (!url) return;
  yield* step({ id: 'health', text: `the site answers at ${url}` }, () => untilHealthy(url, via, signal));
}

async function untilHealthy(url: string, via: string | undefined, signal: AbortSignal): Promise<void> {
  const started = performance.now();
  for (let pause = 500; ; pause = Math.min(pause * 1.5, 10_000)) {
    if (signal.aborted) throw stopped('The site');
    const answer = await askUrl(url, signal, via);
    if (typeof answer === 'number' && answer < 400) return;
    if (performance.now() - started > patience) {
      const what = typeof answer === 'number' ? `HTTP ${answer}` : answer;
      throw new UserError(`All stacks are ready, but ${url} does not serve the site: ${what}.`, {
        hint: `${curl(url, via)}   and read the boot logs of the web machines in the artifact bucket (boot-logs/web/)`,
      });
    }
    await setTimeout(pause, undefined, { signal }).catch(() => undefined);
  }
}

function curl(url: string, via: string | undefined): string {
  const { hostname, port, protocol } = new URL(url);
  const at = `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`;
  return !via || via === hostname ? `curl -sI ${url}` : `curl -sI --connect-to ${at}:${via} ${url}`;
}
