import { exitCode, UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import { readApplication } from '../../project/applications.ts';
import type { Context } from '../../project/context.ts';
import type { Settings } from '../../settings/schema.ts';
import { step } from '../../steps.ts';
import { findRunning, refuseOlder } from '../find.ts';

/** What an application's own installer asks for, as docker/roles/php-cli (etc/php/installation.php) reads it. */
export interface Installation {
  title: string;
  user: string;
  mail: string;
  password: string;
}

const TEN_MINUTES = 600_000;
/** How an application's install ends where the database has tables. */
const isThere = 3;

/** Whether the application brings a program for that (docker/apps). */
export const canInstall = ({ application }: Settings, { docker }: Context['sources']) =>
  docker.has(`apps/${application}/php-cli/install`);

/** Installs the application into its empty database, without questions. Returns the address where its first user signs in. Throws UserError. */
export async function* installSite(context: Context, asked: Installation): AsyncGenerator<Event, string> {
  const { settings, sources, io, signal } = context;
  const { title } = readApplication(settings.application, sources.docker);
  if (!canInstall(settings, sources)) {
    throw new UserError(`bootdev cannot install ${title} unattended.`, {
      hint: "bootdev open: the site's own installer, where it has one",
      code: exitCode.usage,
    });
  }
  const { container } = await findRunning(context, 'admin');
  yield { type: 'begin', verb: 'site install', project: settings.site.name };
  const { code, stdout, stderr } = yield* step(
    { id: 'install', text: `install ${title}`, failed: ({ code }) => code !== 0 },
    () =>
      io.docker.exec(container.id, ['site', '/etc/bootdev/current/app/install'], {
        timeout: TEN_MINUTES,
        input: `${JSON.stringify(asked)}\n`,
        signal,
      }),
  );
  if (code === isThere) {
    throw new UserError('The site is installed already: its database has tables.', {
      hint: 'bootdev open; to start again: bootdev down --volumes, which deletes the database and all files, then bootdev up',
    });
  }
  refuseOlder({ code }, 'admin');
  if (code !== 0) {
    const said = (stderr.trim() || stdout.trim()).split('\n').slice(-8).join('\n  ');
    throw new UserError(`${title} was not installed:\n  ${said}`, {
      hint: 'where tables are left, the next try needs an empty database: bootdev down --volumes, then bootdev up',
    });
  }
  const address = stdout.trim().split('\n').at(-1) ?? '';
  yield { type: 'done', text: `${title} is installed: ${address}` };
  return address;
}
