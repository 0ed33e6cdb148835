import { exitCode, UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import type { Context } from '../../project/context.ts';
import { askData } from '../../replica/database/machine.ts';
import { automaticName } from '../../replica/database/snapshot.ts';
import { onAdmin } from '../../replica/site/on-admin.ts';
import { forgetPages } from '../../replica/site/pages.ts';
import { step } from '../../steps.ts';

/** The address that the data was made for, where the application's data says so; undefined: it does not, or it is this replica's. */
export async function addressOfData(context: Context): Promise<string | undefined> {
  if (!context.sources.docker.has(`apps/${context.settings.application}/php-cli/address`)) return undefined;
  const { code, stdout } = await onAdmin(context, '/etc/bootdev/current/app/address');
  const [old = '', own = ''] = code === 0 ? stdout.trim().split(' ') : [];
  return /^https?:\/\/[\w.:/-]+$/.test(old) && old.replace(/\/$/, '') !== own ? old : undefined;
}

/**
 * An address of elsewhere becomes this replica's, in each text of the database, also where PHP has serialised it
 * (docker/roles/php-cli: etc/php/replace-address.php). `old`: without it that which the data says. Throws UserError.
 */
export async function* replaceAddress(context: Context, given?: string): AsyncGenerator<Event, void> {
  const { io, paths, settings } = context;
  const unlock = await io.takeLock(paths.lock, 'this replica');
  try {
    yield { type: 'begin', verb: 'db replace', project: settings.site.name };
    const old = given ?? (await addressOfData(context));
    if (old === undefined || !/^(?:https?:\/\/)?[\w.-]+(?::\d+)?(?:\/[\w./-]*)?$/.test(old)) {
      throw new UserError(old === undefined ? 'The data names no address of elsewhere.' : `"${old}" is no address.`, {
        hint: 'bootdev db replace https://old.example',
        code: exitCode.usage,
      });
    }
    const name = automaticName('replace');
    yield* step({ id: 'snapshot', text: `snapshot ${name}` }, () => askData(context, 'snapshot', name, 'automatic'));
    const script = 'exec php /etc/bootdev/current/etc/php/replace-address.php "$1" "$SITE_URL"';
    const { code, stdout, stderr } = yield* step({ id: 'replace', text: `replace ${old}` }, () =>
      onAdmin(context, 'sh', '-c', script, 'sh', old),
    );
    if (code !== 0)
      throw new UserError(
        `The address was not replaced everywhere: ${stderr.trim().split('\n').slice(-4).join('\n  ')}`,
        {
          hint: `bootdev db restore ${name}`,
        },
      );
    await askData(context, 'note', 'restore', name);
    for (const text of stderr.trim().split('\n').filter(Boolean)) yield { type: 'notice', level: 'warning', text };
    await forgetPages(context);
    const tables = stdout.trim().split('\n').filter(Boolean);
    const rows = tables.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
    yield {
      type: 'done',
      text: `${rows} rows of ${tables.length} tables say this replica's address now. Back: bootdev undo`,
    };
  } finally {
    await unlock();
  }
}
