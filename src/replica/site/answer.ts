import { Interrupted, UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import type { Context } from '../../project/context.ts';

const DAY = 86_400_000;

/** Waits for the answer to a request from here, through the published port, to a web machine. Throws UserError when none comes. */
export async function waitForAnswer(context: Context, port: number): Promise<void> {
  const { clock } = context.io;
  for (let attempt = 0; attempt < 40; attempt++) {
    if ((await ask(context, port))?.status === 200) return;
    if (context.signal.aborted) throw new Interrupted('bootdev up goes on where this stopped');
    await clock.pause(250, context.signal);
  }
  throw new UserError(`Every machine is healthy, but https://127.0.0.1:${port}/ does not answer from here.`, {
    hint: 'a firewall or a remote engine? bootdev doctor',
  });
}

/** Whether the site needs a new certificate: the balancer shows none, or one that ends within 30 days. */
export async function certificateIsDue(context: Context): Promise<boolean> {
  const { https } = context.state.ports;
  const answer = https ? await ask(context, https) : undefined;
  return !answer || answer.until.getTime() - Date.now() < 30 * DAY;
}

/** Says where the site's name does not lead here. Browsers resolve every *.localhost to this computer by themselves. */
export async function* nameNotice({ io, settings: { site } }: Context): AsyncGenerator<Event, void> {
  if (/(^|\.)localhost$/.test(site.domain)) return;
  const addresses = await io.network.addressesOf(site.domain);
  if (addresses.some((address) => /^127\.|^::1$/.test(address))) return;
  const instead = addresses[0] ? `leads to ${addresses[0]}, not to this computer` : 'leads nowhere yet';
  yield {
    type: 'notice',
    level: 'warning',
    text: `${site.domain} ${instead}; until it does, a browser does not find the replica.`,
    hint: `echo '127.0.0.1 ${site.domain}' | sudo tee -a /etc/hosts`,
  };
}

const ask = ({ io, settings }: Context, port: number) =>
  io.network.askHttps({ port, name: settings.site.domain, path: '/-/healthz' });
