import type { Context } from '../../project/context.ts';
import { purge } from '../purge.ts';
import { onAdmin } from './on-admin.ts';

/** What is kept of the data as it was, by the application and by the micro-caches, counts no longer. Throws UserError. */
export async function forgetPages(context: Context): Promise<void> {
  const { sources, settings } = context;
  if (sources.docker.has(`apps/${settings.application}/php-cli/data-changed`))
    await onAdmin(context, '/etc/bootdev/current/app/data-changed');
  if (!settings.cache.enabled) return;
  const purging = purge(context, { all: true });
  while (!(await purging.next()).done);
}
