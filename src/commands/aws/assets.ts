import type { Assets, Cloud, Statement } from '../../cloud/cloud.ts';
import { UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import type { Context } from '../../project/context.ts';

/** Bundle, release and packages, as this computer makes them. */
export async function* collectAssets(context: Context, { settings }: Cloud): AsyncGenerator<Event, Assets> {
  const { makeAssets } = await import('../../cloud/plan/assets.ts');
  const { collectPackages } = await import('../../images/packages.ts');
  const { imageTags } = await import('../../images/tags.ts');
  const { readLock } = await import('../../images/lock/file.ts');
  const { writtenOn } = await import('../../images/lock/lock.ts');
  const { images } = context.state;
  if (!images) {
    throw new UserError('This project has no images yet; the packages for instances are taken from them.', {
      hint: 'bootdev up',
    });
  }
  const architecture = await context.io.docker
    .architecture()
    .catch(() => (process.arch === 'arm64' ? 'arm64' : 'amd64'));
  const lock = await readLock(context);
  const locking = lock && { lock, architecture };
  const tags = imageTags(settings, context.sources.docker, images, locking);
  const packages = collectPackages({ ...context, settings }, tags, locking);
  // What distributes here is on no instance; with this engine's, the bundle is the one that was rehearsed.
  const asHere = { ...settings, balancer: context.settings.balancer };
  return yield* makeAssets({ settings: asHere, context, architecture, packages, locked: lock && writtenOn(lock) });
}

interface PolicyStatement {
  Action?: string[];
  Resource?: string[];
  Condition?: Record<string, Record<string, string[]>>;
}

/** What the shipped policies for promote allow: preflight asks for exactly that. Statements of one scope are one question. */
export function statementsIn(files: ReadonlyMap<string, Buffer>, project: string): Statement[] {
  const all = new Map<string, Statement>();
  for (const [path, bytes] of files) {
    if (!/^iam\/promote[a-z-]*\.json$/.test(path)) continue;
    const policy = JSON.parse(bytes.toString('utf8').replaceAll('PROJECT-', `${project}-`)) as {
      Statement: PolicyStatement[];
    };
    for (const { Action = [], Resource = ['*'], Condition = {} } of policy.Statement) {
      const context = Object.assign({}, ...Object.values(Condition)) as Record<string, string[]>;
      const scope = JSON.stringify([Resource, context]);
      const before = all.get(scope)?.actions ?? [];
      all.set(scope, { actions: [...before, ...Action], resources: Resource, context });
    }
  }
  return [...all.values()];
}
