/** A release of code.git: fetched, built, served by every machine, its updates made once; and back to one of before. */
import { join } from 'node:path';
import { exitCode, Interrupted, UserError } from '../../errors.ts';
import type { DeployedRelease, Event } from '../../events.ts';
import { type Context, withSettings } from '../../project/context.ts';
import { withDeployedCode } from '../../project/release/deployed.ts';
import { readRelease } from '../../project/release.ts';
import { askData } from '../../replica/database/machine.ts';
import { automaticName } from '../../replica/database/snapshot.ts';
import { forgetPages } from '../../replica/site/pages.ts';
import { codeChanged } from '../../replica/site/site-updates.ts';
import { up } from '../../replica/up/up.ts';
import { step } from '../../steps.ts';
import { followDatabase } from '../database/switch.ts';
import { build, builderImage, checkout } from './builder.ts';
import { readReleases, releaseId, removeOld, writeRecord } from './records.ts';
import { UpdateFailed, update } from './updates.ts';

/**
 * Until the release is built, what serves is not touched; a release that does not become healthy, or whose updates fail, is not served: the
 * one before is, with its data. Killed anywhere, the same command begins again. Throws UserError.
 */
export async function* deploy(context: Context, ref: string): AsyncGenerator<Event, void> {
  const { settings, io, paths } = context;
  requireGit(context);
  const unlock = await io.takeLock(paths.deployLock, 'a deploy of this site');
  try {
    yield { type: 'begin', verb: 'deploy', project: settings.site.name };
    const release = yield* make(context, ref || settings.code.ref);
    const before = await servedBefore(context, release.id);
    yield* serve(context, release.id);
    // That it was served says that its updates were made.
    if (release.served === undefined) {
      try {
        const updated = yield* update(context);
        if (updated !== undefined) await forgetPages(context);
        await writeRecord(context, { ...release, served: new Date().toISOString(), updated });
      } catch (error) {
        if (error instanceof Interrupted || !(error instanceof UserError)) throw error;
        throw yield* takeBack(context, before, error);
      }
    }
    await removeOld(context, settings.code.keep);
    const { commit, subject } = release;
    yield {
      type: 'done',
      text: `${commit.slice(0, 7)} is served: ${subject}${before === undefined ? '' : '\nback to the one before: bootdev deploy --rollback'}`,
    };
  } finally {
    await unlock();
  }
}

function requireGit({ settings: { code } }: Context): void {
  const { git, mode } = code;
  if (git !== '' && mode === 'release') return;
  const live = git !== '';
  throw new UserError(live ? 'This replica serves the folder itself (code.mode: live).' : 'code.git is not set.', {
    hint: live
      ? 'bootdev deploy --set code.mode=release'
      : 'in bootdev.yaml: code: { git: git@github.com:owner/name.git }; without a repository bootdev up takes the folder',
    code: exitCode.usage,
  });
}

/** What is built is what serves already: that release, and no other one. */
async function* make(context: Context, ref: string): AsyncGenerator<Event, DeployedRelease> {
  const { io, paths } = context;
  const started = io.clock.now();
  const image = yield* builderImage(context);
  const found = yield* checkout(context, image, ref);
  yield { type: 'notice', level: 'info', text: `${found.ref} is ${found.commit.slice(0, 7)}: ${found.subject}` };
  yield* build(context, image);
  const tree = join(paths.git, 'tree');
  const digest = await digestOf(context, tree);
  const serving = (await readReleases(context)).find(({ serves }) => serves);
  if (serving?.digest === digest) {
    yield { type: 'notice', level: 'info', text: `Its code is that of ${serving.commit.slice(0, 7)}, which serves.` };
    return serving;
  }
  const now = new Date();
  const id = releaseId(found.commit, now);
  const seconds = Math.round((io.clock.now() - started) / 100) / 10;
  const release = { ...found, id, built: now.toISOString(), seconds, digest, serves: false };
  // Last its record: a folder without one is no release.
  await io.files.makeFolder(paths.releases);
  await io.files.moveFolder(tree, join(paths.releases, id));
  await writeRecord(context, release);
  return release;
}

/** What can be gone back to: the one that serves, unless a deploy that was killed has left it; then the newest that was served. */
async function servedBefore(context: Context, id: string): Promise<string | undefined> {
  const all = (await readReleases(context)).filter((each) => each.served !== undefined && each.id !== id);
  return (all.find(({ serves }) => serves) ?? all[0])?.id;
}

async function digestOf({ dir, settings, sources, signal }: Context, path: string): Promise<string> {
  const code = { ...settings.code, path };
  return (await readRelease(dir, { ...settings, code }, sources.docker, { signal })).digest;
}

/** Every machine serves this release; where that cannot be, what served before is what is asked for again. */
async function* serve(context: Context, id: string | undefined): AsyncGenerator<Event, void> {
  const { deployed } = context.state;
  await context.saveState({ deployed: id });
  let served = false;
  try {
    yield* up(withRelease(context));
    served = true;
  } finally {
    if (!served) await context.saveState({ deployed });
  }
}

const withRelease = (context: Context) =>
  withSettings(context, withDeployedCode(context.settings, context.env, context.state));

/** Returns the error to throw. */
async function* takeBack(
  context: Context,
  before: string | undefined,
  error: UserError,
): AsyncGenerator<Event, UserError> {
  if (before === undefined)
    return new UserError(`${error.message}\nIt is the first release, so it stays.`, {
      hint: 'fix it in the repository, then: bootdev deploy',
    });
  yield* serve(context, before);
  if (error instanceof UpdateFailed) yield* restore(context, error.snapshot);
  yield* forgetCode(context);
  return new UserError(
    `${error.message}\nThe release before serves again${error instanceof UpdateFailed ? ', with its data' : ''}.`,
    {
      hint: 'fix it in the repository, then: bootdev deploy',
    },
  );
}

/** After the way back, which a cache does not stop. */
async function* forgetCode(context: Context): AsyncGenerator<Event, void> {
  const error = yield* codeChanged(context);
  if (error) yield { type: 'notice', level: 'warning', text: error.message };
}

async function* restore(context: Context, snapshot: string): AsyncGenerator<Event, void> {
  yield* step({ id: 'restore', text: `restore ${snapshot}` }, () =>
    askData(context, 'restore', snapshot, automaticName('restore')),
  );
  yield* followDatabase(withRelease(context), 'the machines use it');
}

interface Rollback {
  /** Which release; without it the one before. */
  id?: string | undefined;
  /** Its data too. */
  database: boolean;
}

/** What would be served again, and the snapshots of the updates that have been made since. Throws UserError. */
export async function rollbackTo(
  context: Context,
  { id, database }: Rollback,
): Promise<{ to: DeployedRelease; snapshot?: string }> {
  requireGit(context);
  const all = await readReleases(context);
  const now = all.findIndex(({ serves }) => serves);
  // One that a stopped or failed deploy has left was never served, and is no way back.
  const then = all.findIndex((each, index) =>
    id === undefined ? index > now && each.served !== undefined : each.id === id || each.commit.startsWith(id),
  );
  const to = all[then];
  if (!to || now < 0 || then === now) {
    throw new UserError(
      id === undefined ? 'There is no release before this one.' : `There is no other release "${id}".`,
      {
        hint: 'bootdev releases',
        code: exitCode.usage,
      },
    );
  }
  const since = all.slice(now, then).filter(({ updated }) => updated !== undefined);
  const snapshot = since.at(-1)?.updated;
  if (snapshot === undefined) return { to };
  if (database) return { to, snapshot };
  throw new UserError(`The database was updated since ${to.id}; its code may not know it any more.`, {
    hint: `with the data of before, of the snapshot ${snapshot}; what was written since is lost: bootdev deploy --rollback ${to.id} --with-database`,
    code: exitCode.usage,
  });
}

export async function* rollback(
  context: Context,
  { to, snapshot }: { to: DeployedRelease; snapshot?: string },
): AsyncGenerator<Event, void> {
  const { io, paths, settings } = context;
  const unlock = await io.takeLock(paths.deployLock, 'a deploy of this site');
  try {
    yield { type: 'begin', verb: 'rollback', project: settings.site.name };
    yield* serve(context, to.id);
    if (snapshot !== undefined) yield* restore(context, snapshot);
    yield* forgetCode(context);
    yield { type: 'done', text: `${to.commit.slice(0, 7)} is served again: ${to.subject}` };
  } finally {
    await unlock();
  }
}
