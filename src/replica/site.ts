import { UserError } from '../errors.ts';
import type { Event } from '../events.ts';
import { askHttps } from '../io/https.ts';
import { addressesOf } from '../io/names.ts';
import type { Context } from '../project/context.ts';

const DAY = 86_400_000;

/** A request from here, through the published port, to a web machine. Throws UserError when none answers within 10 s. */
export async function answers(context: Context, port: number): Promise<void> {
  for (let attempt = 0; attempt < 40; attempt++) {
    if ((await ask(context, port))?.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new UserError(`Every machine is healthy, but https://127.0.0.1:${port}/ does not answer from here.`, {
    hint: 'a firewall or a remote engine? bootdev doctor',
  });
}

/** Whether the loader should see to the site's certificate: nobody shows one, or it ends within 30 days. */
export async function certificateIsDue(context: Context): Promise<boolean> {
  const { https } = context.state.ports;
  const seen = https ? await ask(context, https) : undefined;
  return !seen || seen.until.getTime() - Date.now() < 30 * DAY;
}

/** Says so where the site's name does not lead here. Browsers take every *.localhost to this computer by themselves. */
export async function* nameNotice({ settings: { site } }: Context): AsyncGenerator<Event, void> {
  if (/(^|\.)localhost$/.test(site.domain)) return;
  const addresses = await addressesOf(site.domain);
  if (addresses.some((address) => /^127\.|^::1$/.test(address))) return;
  const instead = addresses[0] ? `leads to ${addresses[0]}, not to this computer` : 'leads nowhere yet';
  yield {
    type: 'notice',
    level: 'warning',
    text: `${site.domain} ${instead}; until it does, a browser does not find the replica.`,
    hint: `echo '127.0.0.1 ${site.domain}' | sudo tee -a /etc/hosts`,
  };
}

const ask = ({ settings }: Context, port: number) => askHttps({ port, name: settings.site.domain, path: '/-/healthz' });
