import { UserError } from '../errors.ts';
import { askHttps } from '../io/https.ts';
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

/** Whether the fill container should see to the site's certificate: nobody shows one, or it ends within 30 days. */
export async function certificateIsDue(context: Context): Promise<boolean> {
  const { https } = context.state.ports;
  const seen = https ? await ask(context, https) : undefined;
  return !seen || seen.until.getTime() - Date.now() < 30 * DAY;
}

const ask = ({ settings }: Context, port: number) => askHttps({ port, name: settings.site.domain, path: '/-/healthz' });
