import { streamTar, type TarEntry } from '../../bundle/tar.ts';
import { Interrupted, UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import type { Context } from '../../project/context.ts';
import { CodeChanged } from '../../project/release/contents.ts';
import { type AssetChanges, assetChanges, type Ledger } from '../../project/release/versioned.ts';
import type { Release } from '../../project/release.ts';
import { step } from '../../steps.ts';
import { findMachines } from '../find.ts';

const program = ['/opt/localstack/bin/python', '/etc/bootdev/current/lib/s3/assets.py'];

/**
 * Puts the files of a release that have a version in their name into the bucket. False: it does not run yet. That they are not there is no
 * reason to keep a release back, but a warning.
 */
export async function* pushAssets(context: Context, release: Release): AsyncGenerator<Event, boolean> {
  try {
    return yield* push(context, release);
  } catch (error) {
    if (error instanceof CodeChanged || error instanceof Interrupted || !(error instanceof UserError)) throw error;
    const text = `Pages of another release may miss a style or a script for a moment: ${error.message}`;
    yield { type: 'notice', level: 'warning', text, hint: 'bootdev logs s3' };
    return true;
  }
}

async function* push(context: Context, release: Release): AsyncGenerator<Event, boolean> {
  const { io, settings, compose } = context;
  const s3 = (await findMachines(context)).get('s3');
  if (s3?.state !== 'running') return false;
  const { code, stdout, stderr } = await io.docker.exec(s3.id, [...program, 'read']);
  if (code === 2) return false; // an older machine, without the program
  if (code !== 0) throw new UserError(`s3 does not say what it has: ${stderr.trim().split('\n').at(-1)}`);
  const changes = assetChanges(JSON.parse(stdout) as Ledger, release, settings.code.docroot, new Date());
  if (!changes) return true;
  const { put } = changes;
  const text = `put ${put.length} ${put.length === 1 ? 'file' : 'files'} with a version into the bucket`;
  yield* step({ id: 'assets', text }, () =>
    compose.run(['exec', '-T', 's3', ...program, 'write'], streamTar(entriesOf(changes))),
  );
  return true;
}

function* entriesOf({ put, remove, ledger }: AssetChanges): Generator<TarEntry> {
  const types = Object.fromEntries(put.map(({ path, type }) => [path, type]));
  yield { path: 'changes.json', mode: '0644', bytes: Buffer.from(JSON.stringify({ ledger, remove, types })) };
  for (const { path, read } of put) yield { path: path.slice(1), mode: '0644', ...read() };
}
