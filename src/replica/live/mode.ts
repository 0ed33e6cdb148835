import { UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import { type Context, withSettings } from '../../project/context.ts';
import type { LiveFolder } from '../../project/live/live-folder.ts';
import { findMachines } from '../find.ts';
import { askReports } from '../report.ts';
import { engineElsewhere } from './engine.ts';

const release = '--set code.mode=release';

/** A folder of this computer can be mounted by an engine of this computer alone. Returns the context with the mode that is possible. */
export async function decideCodeMode(context: Context): Promise<Context> {
  const { settings, ownMode } = context;
  if (settings.code.mode !== 'live') return context;
  const address = await engineElsewhere(context);
  if (address === undefined) return context;
  if (!ownMode) return withSettings(context, { code: { ...settings.code, mode: 'release' } });
  throw new UserError(`code.mode: live needs an engine on this computer; ${address} cannot mount a folder of it.`, {
    hint: `bootdev up ${release}`,
  });
}

/** What a person should know of code that is live. */
export async function* liveNotices(context: Context, { path }: LiveFolder): AsyncGenerator<Event, void> {
  const unreadable = await firstUnreadable(context);
  if (unreadable) {
    yield {
      type: 'notice',
      level: 'warning',
      text: `The site cannot read ${unreadable.replace(mount, path)}.`,
      hint: `it reads what the folder's owner may read, or everybody: chmod -R o+rX '${path}'`,
    };
  }
  yield {
    type: 'notice',
    level: 'info',
    text: `live · page cache off: an edit in ${path} shows at the next request.`,
    hint: `to rehearse a release of it: bootdev up ${release}`,
  };
}

const mount = '/srv/code/current';

/** In the folder that visitors reach, as the site's user sees it. Not below: that would be a walk through everything at each `up`. */
async function firstUnreadable(context: Context): Promise<string | undefined> {
  const web = (await findMachines(context)).get('web-1');
  if (!web) return undefined;
  const { code, stdout, stderr } = await context.io.docker.exec(web.id, [
    ...['setpriv', '--reuid=www-data', '--regid=www-data', '--init-groups'],
    ...['find', `${mount}/${context.settings.code.docroot}`, '-maxdepth', '1', '!', '-readable', '-print', '-quit'],
  ]);
  const said = stdout.trim() || (code === 0 ? '' : stderr.trim());
  return said.split('\n')[0]?.match(/\/srv\/code\/current[^‘’':]*/)?.[0];
}

/** Whether a machine of the replica serves the user's own folder now. */
export async function servesLive({ io, project }: Context): Promise<boolean> {
  const reports = await askReports(io.docker, await findMachines({ io, project }));
  return [...reports.values()].some((report) => report?.release === 'live');
}
