import { makeBundle } from '../bundle/bundle.ts';
import { treeEntries } from '../bundle/files.ts';
import { streamTar } from '../bundle/tar.ts';
import { exitCode, UserError } from '../errors.ts';
import type { Event } from '../events.ts';
import { writeWhole } from '../io/files.ts';
import { writeFolder } from '../io/folder.ts';
import type { Loaded } from '../settings/load.ts';
import { isOwnChoice } from './code-folder.ts';
import type { Context } from './context.ts';
import { codeEntries } from './release/contents.ts';
import { readRelease, releaseNote } from './release.ts';

/** `bootdev bundle --out DIR`: a folder for each kind of machine, beside it its manifest, and `root` with the root digest. */
export async function* writeBundle(
  { settings, sources, own }: Pick<Context, 'settings' | 'sources' | 'own'>,
  { out }: { out: string },
): AsyncGenerator<Event, void> {
  const bundle = makeBundle(settings, sources.docker, own);
  const kinds = [...bundle.machines.values()];
  const written = await writeFolder(out, [
    { path: 'root', bytes: `${bundle.root}\n`, mode: '0644' },
    ...kinds.map(({ kind, manifest }) => ({ path: `${kind}.manifest`, bytes: manifest, mode: '0644' })),
    ...kinds.flatMap(({ kind, tree }) => treeEntries(tree).map((file) => ({ ...file, path: `${kind}/${file.path}` }))),
  ]);
  if (!written) {
    throw new UserError(`${out} is there already.`, {
      hint: 'name a folder that does not exist yet: --out DIR',
      code: exitCode.usage,
    });
  }
  yield {
    type: 'done',
    text: [`bundle ${bundle.root}`, ...kinds.map(({ kind, digest }) => `  ${kind.padEnd(10)} ${digest}`)].join('\n'),
  };
}

interface CodeSources {
  dir: string;
  loaded: Loaded;
  sources: Context['sources'];
  signal: AbortSignal;
}

/** `bootdev bundle --code FILE`: what `bootdev up` gives docker/loader of the code, as a tar. */
export async function* writeCode(
  { dir, loaded, sources, signal }: CodeSources,
  { file }: { file: string },
): AsyncGenerator<Event, void> {
  const ownChoice = await isOwnChoice(dir, loaded);
  const release = await readRelease(dir, loaded.settings, sources.docker, { ownChoice, signal });
  await writeWhole(file, streamTar(codeEntries(release, { activate: true })));
  const note = releaseNote(release);
  yield { type: 'done', text: `release ${release.digest}${note ? `\n  ${note}` : ''}` };
}
