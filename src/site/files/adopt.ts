import { UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import type { Context } from '../../project/context.ts';
import { refuseOlder } from '../../replica/find.ts';
import { step } from '../../steps.ts';
import { sharedFolder } from './shared-folder.ts';

const HOUR = 3_600_000;

/** Gives to the site what others have left in the shared files: root by a command, a tar with its owners. Throws UserError. */
export async function* adoptFiles(context: Context): AsyncGenerator<Event, void> {
  const { io, signal, settings } = context;
  const { id } = await sharedFolder(context, { isPrivate: false });
  yield { type: 'begin', verb: 'files adopt', project: settings.site.name };
  const { code, stdout, stderr } = yield* step(
    { id: 'adopt', text: 'give all shared files to the site', failed: ({ code }) => code !== 0 },
    () => io.docker.exec(id, ['/etc/bootdev/current/roles/php-cli/adopt-all.sh'], { timeout: HOUR, signal }),
  );
  refuseOlder({ code }, 'admin');
  if (code !== 0) throw new UserError(`Not all could be given to it:\n  ${stderr.trim()}`, { hint: 'bootdev status' });
  const number = Number(stdout);
  yield {
    type: 'done',
    text: number === 0 ? 'All of them were the site’s already.' : `${number.toLocaleString('en')} now the site’s.`,
  };
}
