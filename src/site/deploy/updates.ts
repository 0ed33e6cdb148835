/** What another release wants of the database: the application's own updates and code.update (docker/roles/backup: update-site). */
import { UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import type { Context } from '../../project/context.ts';
import { askData } from '../../replica/database/machine.ts';
import { automaticName } from '../../replica/database/snapshot.ts';
import { findRunning, refuseOlder } from '../../replica/find.ts';
import { step } from '../../steps.ts';
import { forgetPages } from '../database/pages.ts';

const HOUR = 3_600_000;
const program = '/etc/bootdev/current/usr/local/bin/update-site';

/** Returns the snapshot of before, where there was something to do. Throws UpdateFailed; the data is then that of the snapshot. */
export async function* update(context: Context): AsyncGenerator<Event, string | undefined> {
  const asked = await run(context, 'pending');
  refuseOlder(asked, 'admin');
  if (asked.code !== 0) throw new UserError(`What the database needs is not known:\n${asked.said}`);
  if (asked.stderr) yield { type: 'notice', level: 'info', text: asked.stderr };
  if (asked.stdout === '0') {
    const error = yield* codeChanged(context);
    if (error) throw error;
    return undefined;
  }
  const snapshot = automaticName('deploy');
  yield* step({ id: 'snapshot', text: `snapshot ${snapshot}` }, () =>
    askData(context, 'snapshot', snapshot, 'automatic'),
  );
  const { code, said } = yield* step(
    { id: 'update', text: 'update the database', failed: (ended) => ended.code !== 0 },
    () => run(context, 'run'),
  );
  if (code !== 0) throw new UpdateFailed(said, snapshot);
  return snapshot;
}

/** What the application keeps of the code before counts no longer: Drupal's services, routes, templates. Returns why it still does. */
export async function* codeChanged(context: Context): AsyncGenerator<Event, UserError | undefined> {
  const { sources, settings } = context;
  if (!sources.docker.has(`apps/${settings.application}/php-cli/code-changed`)) return undefined;
  const { code, said } = yield* step(
    { id: 'caches', text: "clear the site's caches", failed: (ended) => ended.code !== 0 },
    () => run(context, 'changed'),
  );
  if (code !== 0) return new UserError(`The site's caches were not cleared:\n${said}`);
  await forgetPages(context);
  return undefined;
}

export class UpdateFailed extends UserError {
  readonly snapshot: string;
  constructor(said: string, snapshot: string) {
    super(`The update of the database failed:\n${said}`);
    this.snapshot = snapshot;
  }
}

async function run(context: Context, what: 'pending' | 'run' | 'changed') {
  const { container } = await findRunning(context, 'admin');
  const how = { timeout: HOUR, signal: context.signal };
  const { code, stdout, stderr } = await context.io.docker.exec(container.id, ['site', program, what], how);
  // Of an error of PHP the words, not the way to it.
  const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '' && !/^#\d+ /.test(line));
  return {
    ...{ code, stdout: stdout.trim(), stderr: stderr.trim() },
    said: lines
      .slice(-10)
      .map((line) => `    ${line}`)
      .join('\n'),
  };
}
