/** What another release of the code wants of the data: docker/roles/backup's update-site, on the admin machine. */
import { UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import type { Context } from '../../project/context.ts';
import { step } from '../../steps.ts';
import { onAdmin } from './on-admin.ts';
import { forgetPages } from './pages.ts';

const program = '/etc/bootdev/current/usr/local/bin/update-site';

/** `said`: its last lines, for a person. */
export async function updateSite(context: Context, what: 'pending' | 'run' | 'changed') {
  const { code, stdout, stderr } = await onAdmin(context, program, what);
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

/** What the application keeps of the code before counts no longer: Drupal's services, routes, templates. Returns why it still does. */
export async function* codeChanged(context: Context): AsyncGenerator<Event, UserError | undefined> {
  const { sources, settings } = context;
  if (!sources.docker.has(`apps/${settings.application}/php-cli/code-changed`)) return undefined;
  const { code, said } = yield* step(
    { id: 'caches', text: "clear the site's caches", failed: (ended) => ended.code !== 0 },
    () => updateSite(context, 'changed'),
  );
  if (code !== 0) return new UserError(`The site's caches were not cleared:\n${said}`);
  await forgetPages(context);
  return undefined;
}

/**
 * Where `up` has put other code (`name`: a release's digest, or `live`) under the data, what was kept of the code before counts no longer. What
 * comes from code.git has its updates first (src/site/deploy). A site that cannot is told of, and asked again by the next `up`.
 */
export async function* clearAfterOtherCode(context: Context, name: string): AsyncGenerator<Event, void> {
  const { settings, state } = context;
  if (state.cachesOf === name) return;
  if (state.cachesOf !== undefined && settings.code.git === '') {
    const error = yield* codeChanged(context);
    if (error) {
      yield { type: 'notice', level: 'warning', text: error.message, hint: 'fix the site, then: bootdev up' };
      return;
    }
  }
  await context.saveState({ cachesOf: name });
}
