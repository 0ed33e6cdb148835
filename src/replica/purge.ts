import { exitCode, UserError } from '../errors.ts';
import type { Event, Purge } from '../events.ts';
import type { Context } from '../project/context.ts';
import { edgePaths, type PurgeOptions, purgeLines } from '../settings/site-address.ts';
import { findMachines, refuseOlder } from './find.ts';
import { invalidateCdn } from './site/invalidate-cdn.ts';

/** Takes pages out of the micro-caches of all web machines, through the door of one of them, and out of the CDN. False: one did not answer. Throws UserError. */
export async function* purge(context: Context, options: PurgeOptions): AsyncGenerator<Event, boolean> {
  const { settings, io } = context;
  const lines = purgeLines(settings, options);
  if (!settings.cache.enabled && !settings.cdn.enabled) {
    throw new UserError('The micro-cache is off: cache.enabled is false, so there is nothing to purge.', {
      code: exitCode.usage,
    });
  }
  if (!settings.cache.enabled) {
    await invalidateCdn(context, edgePaths(lines));
    yield { type: 'done', text: 'The CDN asks for it again.' };
    return true;
  }
  const web = [...(await findMachines(context))].filter(
    ([, { service, state }]) => service === 'web' && state === 'running',
  );
  const [[name, door] = []] = web;
  if (!name || !door) throw new UserError('No web machine is running.', { hint: 'bootdev up' });
  const script = '/etc/bootdev/current/roles/nginx/purge.sh';
  const { code, stdout, stderr } = await io.docker.exec(door.id, [script, ...lines]);
  refuseOlder({ code }, name);
  if (code !== 0) throw new UserError(`${name} refused: ${stderr.trim()}`, { hint: `bootdev logs ${name}` });
  // After the machines: else it takes the old page from them again.
  if (settings.cdn.enabled) await invalidateCdn(context, edgePaths(lines));
  const names = new Map(web.map(([machine, { address }]) => [address, machine]));
  const said = readAnswer(stdout, name);
  const failed = said.failed.map((each) => ({ ...each, machine: names.get(each.machine) ?? each.machine }));
  yield { type: 'purge', purge: { ...said, failed } };
  return failed.length === 0;
}

/** The door's status in the first line, then its JSON (docker/roles/nginx/purge.sh). */
function readAnswer(text: string, machine: string): Purge {
  const [status, ...rest] = text.split('\n');
  const hint = `bootdev logs ${machine}`;
  if (status === '429') throw new UserError('The door for purges is busy: ten a second.', { hint: 'try again' });
  if (status === '403')
    throw new UserError(`${machine} does not know the token for purges yet.`, { hint: 'bootdev up' });
  try {
    const said = JSON.parse(rest.join('\n')) as Purge & { error?: string };
    if (!said.error) return said;
    throw new UserError(`${machine} refused: ${said.error}`, { hint });
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${machine} answered with status ${status}.`, { hint });
  }
}
