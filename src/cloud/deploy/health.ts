import { setTimeout } from 'node:timers/promises';
import { UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import { askUrl, type Page } from '../../io/web.ts';
import { step } from '../../steps.ts';
import type { Cloud } from '../cloud.ts';
import { stopped } from '../stacks/stopped.ts';

/** A new CloudFront name is known everywhere only after some minutes. */
const patience = 10 * 60_000;

/** A visit's cookie that opens a closed site; undefined without the key. */
export async function keyCookie({ siteKey }: Pick<Cloud, 'siteKey'>): Promise<string | undefined> {
  const key = await siteKey.read();
  return key && `bootdev-key=${key}`;
}

/** The answer of the door itself: no machine was asked. */
export const isClosedPage = ({ headers }: Page) => headers['x-bootdev-closed'] !== undefined;

/**
 * Sends real requests for the site's own address to CloudFront until it answers: wherever the name leads by now, which may be an older site.
 * A closed site is seen with its key; without one, the door's own answer is all there is to see. Throws UserError when it does not answer.
 */
export async function* awaitHealth(
  cloud: Pick<Cloud, 'siteKey' | 'signal'>,
  { SiteUrl: url, DistributionDomain: via }: Readonly<Record<string, string>>,
): AsyncGenerator<Event, void> {
  if (!url) return;
  const cookie = await keyCookie(cloud);
  yield* step(
    {
      ...{ id: 'health', text: `the site answers at ${url}` },
      done: (page) =>
        isClosedPage(page) ? `the door of the closed site answers at ${url}` : `the site answers at ${url}`,
    },
    () => untilHealthy(url, { via, cookie, signal: cloud.signal }),
  );
}

async function untilHealthy(
  url: string,
  visit: { via: string | undefined; cookie: string | undefined; signal: AbortSignal },
): Promise<Page> {
  const { via, signal } = visit;
  const started = performance.now();
  for (let pause = 500; ; pause = Math.min(pause * 1.5, 10_000)) {
    if (signal.aborted) throw stopped('The site');
    const answer = await askUrl(url, visit);
    if (typeof answer === 'object' && (answer.status < 400 || isClosedPage(answer))) return answer;
    if (performance.now() - started > patience) {
      const what = typeof answer === 'object' ? `HTTP ${answer.status}` : answer;
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
