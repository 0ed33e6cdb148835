import { exitCode, UserError } from '../errors.ts';
import type { Event } from '../events.ts';
import type { Context } from '../project/context.ts';
import type { PortName } from '../project/state.ts';
import { readyUrls } from './site/urls.ts';

/** Opens the site (or `mail`, `s3`, `status`) in the browser; where there is none, says the address. */
export async function* open(context: Context, { name = 'site' } = {}): AsyncGenerator<Event, void> {
  const { https, http, s3, mail } = context.state.ports;
  if (!https || !http || !s3 || !mail) throw new UserError('The replica was not started yet.', { hint: 'bootdev up' });
  const urls = readyUrls(context, { https, http, s3, mail } satisfies Record<PortName, number>);
  const found = urls.find((each) => each.name === name);
  if (!found) {
    throw new UserError(`There is no address called "${name}".`, {
      hint: `one of: ${urls.map((each) => each.name).join(', ')}`,
      code: exitCode.usage,
    });
  }
  const shown = await context.io.browse(found.url);
  yield { type: 'done', text: shown ? `Opened ${found.url}` : found.url };
}
