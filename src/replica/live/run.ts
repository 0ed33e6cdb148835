import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import { caBundle } from '../../host/ca-bundle.ts';
import { composeFiles } from '../../project/compose-files.ts';
import type { Context } from '../../project/context.ts';
import { liveFolder } from '../../project/live/live-folder.ts';
import { type Mount, writableFolder } from '../../project/live/writable.ts';
import { findRunning } from '../find.ts';
import { makeImages } from '../up/images.ts';
import { engineElsewhere } from './engine.ts';

/** Makes what a tool runs in, where it is not there yet: Composer, npm and git are on no machine. Throws UserError. */
export async function* prepare(context: Context): AsyncGenerator<Event, void> {
  await refuseWhereImpossible(context);
  // Without the build's own lines, which would be in a pipe what the tool answers; where it fails, the error has them.
  for await (const event of makeImages(context, { also: ['builder'] })) if (event.type !== 'log') yield event;
}

const cacheOf = ({ paths }: Pick<Context, 'paths'>) => join(paths.own, 'cache');

/**
 * Runs one command of the site's developer (composer, drush) in a container of its own, which may write the code's folder: with the site's
 * environment, as the folder's owner. Returns its exit code. Throws UserError.
 */
export async function run(context: Context, command: readonly string[], { tty = false } = {}): Promise<number> {
  const { io, dir, settings, ownCode, signal, host } = context;
  await refuseWhereImpossible(context);
  const folder = await liveFolder(dir, settings, ownCode);
  await removeAbandoned(context);
  const { mounts, free } = await writableFolder(dir, folder.path);
  for (const name of ['composer', 'npm']) await io.files.makeFolder(join(cacheOf(context), name));
  const file = join(context.paths.own, context.env, `tool-${process.pid}.yaml`);
  // Without a terminal the client does not hand a signal on.
  const stop = () => void removeOwn(context).catch(() => undefined);
  signal.addEventListener('abort', stop);
  try {
    const ca = await caBundle(host.env, host.read);
    // What trusts the public authorities trusts these in their place (docker/roles/base/boot): a proxy may re-sign what tools download.
    const trusted: Mount[] = ca ? [{ ...bind(ca, '/usr/share/ca-certificates.crt'), read_only: true }] : [];
    const volumes = [...mounts, bind(cacheOf(context), '/cache'), ...trusted];
    await io.files.writeWhole(file, override(volumes, io.process.thisProcess(), withXdebug(context)));
    return await composeWith(context, file).attached(['run', '--rm', ...(tty ? [] : ['-T']), 'tool', ...command]);
  } finally {
    signal.removeEventListener('abort', stop);
    await io.files.removeFolder(file);
    // Another tool may be mounted on what this one made.
    if ((await removeOwn(context)) === 0) await free();
  }
}

/** Ends what this process has started. Returns how many others there are. */
async function removeOwn({ io, project }: Context): Promise<number> {
  const tools = await io.docker.tools(project);
  const own = tools.filter(({ holder }) => holder === io.process.thisProcess());
  for (const { id } of own) await io.docker.remove(id);
  return tools.length - own.length;
}

async function refuseWhereImpossible(context: Context): Promise<void> {
  if (context.settings.code.path === '') {
    throw new UserError("The sample's code is part of bootdev: there is no folder that a tool could write.", {
      hint: 'to look around: bootdev exec admin',
    });
  }
  const address = await engineElsewhere(context);
  if (address !== undefined) {
    throw new UserError(`A tool needs an engine on this computer; ${address} cannot mount a folder of it.`);
  }
  await findRunning(context, 'admin');
}

/** Containers whose bootdev was killed: nobody waits for them any more. */
async function removeAbandoned({ io, project }: Context): Promise<void> {
  for (const { id, holder } of await io.docker.tools(project)) {
    if (io.process.runningProcess(holder) === undefined) await io.docker.remove(id);
  }
}

const bind = (source: string, target: string) =>
  ({ type: 'bind', source, target, bind: { create_host_path: false } }) as const;

/** A compose file (JSON is YAML) in which no path is taken for a variable. */
const override = (volumes: readonly Mount[], holder: string, xdebug: object) =>
  JSON.stringify({
    services: { tool: { labels: { 'bootdev.holder': holder }, volumes, ...xdebug } },
  }).replaceAll('$', '$$$$');

/** Xdebug is in the image, and off: who says so where bootdev was typed has it for this command (docker/builder). */
function withXdebug({ host, settings }: Context): object {
  const { XDEBUG_TRIGGER: trigger, XDEBUG_SESSION: session } = host.env;
  const asked = trigger ?? session;
  if (asked === undefined) return {};
  return {
    extra_hosts: ['host.docker.internal:host-gateway'],
    environment: {
      ...{ PHP_INI_SCAN_DIR: ':/etc/php/8.4/xdebug', XDEBUG_TRIGGER: asked },
      // By this name PhpStorm finds the paths of a command, as by the host those of a request.
      PHP_IDE_CONFIG: host.env.PHP_IDE_CONFIG ?? `serverName=${settings.site.domain}`,
    },
  };
}

function composeWith({ io, settings, materialised, paths, project, signal }: Context, file: string) {
  const files = composeFiles(settings).map((name) => join(materialised, 'compose', name));
  return io.compose({ files: [...files, file], envFile: paths.envFile, project, signal });
}
