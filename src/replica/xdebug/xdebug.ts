/** `bootdev xdebug`: step debugging on a machine of its own, and what an IDE has to know of it. */
import { join } from 'node:path';
import type { Xdebug } from '../../answers/replica.ts';
import { exitCode, UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import { codeFolder } from '../../project/code-folder.ts';
import type { Context } from '../../project/context.ts';
import { findMachines } from '../find.ts';
import { siteUrl } from '../target.ts';
import { up } from '../up/up.ts';
import { isOn } from './machine.ts';

/** As docker/roles/xdebug/provision.sh has it. */
const port = 9003;

/** Starts the machine; the others stay as they are. It is there until `off`, whatever `up` and `down` do. Throws UserError. */
export async function* on(context: Context): AsyncGenerator<Event, void> {
  if (context.settings.cdn.enabled) {
    throw new UserError(
      'There is no debugging through a CDN: it ends a request after a minute, and answers from its cache.',
      {
        hint: 'cdn.enabled: false in bootdev.local.yaml, then: bootdev xdebug on',
        code: exitCode.usage,
      },
    );
  }
  const before = context.state.xdebug;
  await context.saveState({ xdebug: true });
  try {
    yield* up(context);
  } catch (error) {
    await context.saveState({ xdebug: before });
    throw error;
  }
}

/** Takes the machine away. A replica that does not run is not started. */
export async function* off(context: Context): AsyncGenerator<Event, void> {
  await context.saveState({ xdebug: undefined });
  const there = (await findMachines(context)).has('xdebug');
  if (there) yield* up(context);
  yield { type: 'done', text: 'Xdebug is off.' };
}

export async function* tell(context: Context): AsyncGenerator<Event, void> {
  yield { type: 'xdebug', xdebug: await describe(context) };
}

async function describe(context: Context): Promise<Xdebug> {
  const { settings, state, dir, ownCode, materialised } = context;
  const { path } = settings.code;
  const container = isOn(context) ? (await findMachines(context)).get('xdebug') : undefined;
  const { folder, listening } = container?.state === 'running' ? await look(context, container.id) : {};
  return {
    on: isOn(context),
    running: folder !== undefined,
    port,
    ...(listening === undefined ? {} : { listening }),
    url: siteUrl(settings, state.ports.https ?? 443),
    mode: settings.code.mode === 'live' ? 'live' : 'release',
    mapping: {
      container: folder ?? '/srv/code/current',
      // The sample's code is bootdev's own.
      folder: path === '' ? join(materialised, 'docker/sample-site') : (await codeFolder(dir, path, ownCode)).path,
    },
  };
}

/** Where the code is on the machine (PHP knows a release by its own path), and whether it reaches an IDE. */
async function look({ io }: Context, id: string): Promise<{ folder?: string; listening?: boolean }> {
  const script = `readlink -f /srv/code/current; timeout 2 bash -c '</dev/tcp/host.docker.internal/${port}' && echo listening`;
  const { stdout } = await io.docker.exec(id, ['bash', '-c', script]);
  const [folder, said] = stdout.split('\n');
  return { ...(folder ? { folder } : {}), listening: said === 'listening' };
}
