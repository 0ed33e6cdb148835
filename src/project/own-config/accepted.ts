/**
 * Who wrote bootdev/? A clone brings files that then configure nginx, PHP and the database: they are shown and asked for once. Remembered in
 * the user's own state folder, for a project in its place, by the digest of each file. Later only what a pull brought is asked for again:
 * files that somebody changed here, or that git does not have, are this computer's own.
 */
import { join } from 'node:path';
import { sha256 } from '../../bundle/digest.ts';
import { exitCode, UserError } from '../../errors.ts';
import { stateFolder } from '../../io/environment/home.ts';
import { isAsCommitted } from '../../io/guard/git-index.ts';
import type { Context } from '../context.ts';
import { projectId } from '../identity.ts';

type Deps = Pick<Context, 'dir' | 'own' | 'host'> & { io: Pick<Context['io'], 'files'> };

/** Files below bootdev/ that nobody at this computer has accepted yet. */
export async function unacceptedFiles(deps: Deps): Promise<string[]> {
  const { dir, own } = deps;
  if (own.files.size === 0) return [];
  const known = await recorded(deps);
  const asked = await Promise.all(
    [...own.files].map(async ([path, text]) => {
      if (known?.includes(digestOf(path, text))) return [];
      const forms = [text, text.replaceAll('\n', '\r\n')];
      return known && !(await isAsCommitted(dir, `bootdev/${path}`, forms)) ? [] : [path];
    }),
  );
  return asked.flat();
}

/** Of the files as they are now. Throws UserError where they cannot be remembered: else they would be asked for each time. */
export async function acceptFiles(deps: Deps): Promise<void> {
  const { files } = deps.own;
  if (files.size === 0) return;
  const known = (await recorded(deps)) ?? [];
  const now = [...files].map(([path, text]) => digestOf(path, text));
  if (now.every((digest) => known.includes(digest))) return;
  const all = [...known.filter((digest) => !now.includes(digest)), ...now].slice(-3000);
  const file = await record(deps);
  await deps.io.files.writeWhole(file, `${JSON.stringify(all)}\n`).catch((error: Error) => {
    const hint = 'name a folder for what you accepted, and keep it: XDG_STATE_HOME=/path bootdev up';
    throw new UserError(error.message, { hint, cause: error });
  });
}

/** Throws UserError where files are not accepted; then remembers them. */
export async function refuseUnaccepted(deps: Deps): Promise<void> {
  const files = await unacceptedFiles(deps);
  if (files.length === 0) return acceptFiles(deps);
  throw notAccepted(files, 'bootdev up --yes');
}

export function notAccepted(files: readonly string[], command: string): UserError {
  const names = toRead(files)
    .map(({ title }) => `\n    ${title}`)
    .join('');
  return new UserError(
    `These files came with the folder and configure its machines; nobody here has accepted them yet:${names}`,
    {
      hint: `read them, then: ${command}   (asked once; docs/own-configuration.md)`,
      code: exitCode.usage,
    },
  );
}

/** What a person is to read of them: Solr's lists of words, of which there may be hundreds and which only say words, count as one. */
export function toRead(files: readonly string[]): { title: string; path?: string }[] {
  const lists = files.filter((path) => /^solr\/(?:lang\/)?[^/]+\.txt$/.test(path));
  const others = lists.length > 3 ? files.filter((path) => !lists.includes(path)) : files;
  return [
    ...others.map((path) => ({ title: `bootdev/${path}`, path })),
    ...(others === files ? [] : [{ title: `bootdev/solr/*.txt (${lists.length} lists of words)` }]),
  ];
}

const digestOf = (path: string, text: string) => sha256(`${path}\0${text}`);

/** A folder that takes another's place has another id, since `.bootdev` is never from a clone. */
async function record({ dir, host: { env } }: Deps): Promise<string> {
  const name = sha256(`${await projectId(dir)} ${dir}`).slice(0, 32);
  return join(stateFolder(env), 'own-config', `${name}.json`);
}

/** undefined: nothing of this project was ever accepted. */
async function recorded(deps: Deps): Promise<string[] | undefined> {
  try {
    const known: unknown = JSON.parse((await deps.io.files.readText(await record(deps))) ?? '');
    return Array.isArray(known) ? (known as string[]) : undefined;
  } catch {
    return undefined;
  }
}
