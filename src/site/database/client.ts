/** Ways to look into the data: a shell on the machine, and a port for a program of this computer. */
import { join } from 'node:path';
import type { Event } from '../../events.ts';
import type { Context } from '../../project/context.ts';
import { databaseMachine } from '../../replica/database/machine.ts';
import { siteDatabase } from '../../replica/database/site-database.ts';
import { execAttached } from '../../replica/exec.ts';
import { findMachines, findRunning } from '../../replica/find.ts';

const nameOf = async (context: Context) => (await siteDatabase(context, await findMachines(context))) ?? 'site';

/** The engine's own client, as the site's user, in the site's database; `more`: its own arguments. Returns its exit code. */
export async function shell(
  context: Context,
  { tty = false, more = [] }: { tty?: boolean; more?: readonly string[] } = {},
): Promise<number> {
  const { engine } = context.settings.database;
  const { container } = await findRunning(context, engine);
  const client = [engine, `--defaults-file=/dev/shm/${engine}/site.cnf`, ...more, await nameOf(context)];
  return execAttached(context, container, ['env', ...client], { tty });
}

/**
 * An address for a desktop client, on a port that is open until the signal comes. The password is in a file that only this user reads, and is
 * shown where it is asked for. Throws UserError.
 */
export async function* url(context: Context, { password: shown = false } = {}): AsyncGenerator<Event, void> {
  const { io, paths, signal } = context;
  const id = await databaseMachine(context);
  const name = await nameOf(context);
  const { stdout } = await io.docker.exec(id, ['cat', '/run/secrets/app/db-password']);
  const password = stdout.trim();
  const { port, close } = await io.forward(['exec', '--interactive', id, 'socat', '-', 'TCP:127.0.0.1:3306']);
  const file = join(paths.own, context.env, 'client.cnf');
  try {
    await io.files.writeWhole(file, options({ port, password, name }), 0o600);
    yield { type: 'done', text: `mysql://site${shown ? `:${password}` : ''}@127.0.0.1:${port}/${name}` };
    const hint = shown ? '' : 'the password: bootdev db url --password\n';
    yield {
      type: 'notice',
      level: 'info',
      text: 'Open until Ctrl-C. The connection must use TLS.',
      hint: `${hint}mysql --defaults-extra-file=${file}`,
    };
    while (!signal.aborted) await io.clock.pause(3_600_000, signal);
  } finally {
    await io.files.removeFolder(file);
    await close();
  }
}

/** As both engines' clients read it. */
const options = ({ port, password, name }: { port: number; password: string; name: string }) => `[client]
protocol = tcp
host = 127.0.0.1
port = ${port}
user = site
password = '${password}'
loose-ssl-mode = REQUIRED
loose-skip-ssl-verify-server-cert
[mysql]
database = ${name}
`;
