/**
 * Which application a folder holds, by its files: what each application's app.yaml says of itself, the docroots that other tools and Composer
 * name, and the usual ones. And what it needs. Pure but for the reader.
 */
import type { Application } from '../applications.ts';
import { missingFromPlatform } from '../composer/platform.ts';
import type { Folder } from './folder.ts';
import { type Needs, needsOf } from './needs.ts';
import { noticesOf } from './notices.ts';
import { type Others, type Read, readOthers } from './others.ts';

export interface Found {
  application: string;
  /** As its code says it; undefined where the code is not there yet. */
  version?: string;
  /** Folder of index.php below the code; '' is the code itself. */
  docroot: string;
  /** The file that says so. */
  because: string;
}

export interface Detected extends Needs {
  /** Undefined: nothing that anybody knows. */
  found?: Found;
}

type Applications = ReadonlyMap<string, Application>;

const usualDocroots = ['', 'web', 'docroot', 'public', 'public_html', 'htdocs', 'html', 'www'];

/** What it is, and what it needs. */
export async function detect(folder: Folder, applications: Applications): Promise<Detected> {
  const { read } = folder;
  const others = await readOthers(read);
  const found = await findApplication(read, applications, others);
  const application = found && applications.get(found.application);
  const { unmet, ...needs } = needsOf(others, application);
  const notices = application ? await noticesOf(application, found.docroot, folder) : [];
  return { ...(found ? { found } : {}), ...needs, unmet: [...unmet, ...(await missingFromPlatform(read)), ...notices] };
}

export async function findApplication(
  read: Read,
  applications: Applications,
  others?: Others,
): Promise<Found | undefined> {
  const known = others ?? (await readOthers(read));
  const docroots = [...new Set([...known.docroots, ...usualDocroots])];
  const byCode = await findCode(read, applications, docroots);
  // An index.php alone says least: what others know of the folder comes first.
  const isSure = byCode && !applications.get(byCode.application)?.detect.unsure;
  return isSure ? byCode : (nameOf(known, applications) ?? byCode);
}

/** By a file that only this application has. */
async function findCode(
  read: Read,
  applications: Applications,
  docroots: readonly string[],
): Promise<Found | undefined> {
  for (const [application, { detect }] of applications) {
    if (!detect.file) continue;
    for (const docroot of docroots) {
      for (const folder of [docroot, ...detect.folders.map((name) => join(docroot, name))]) {
        const because = join(folder, detect.file);
        const text = await read(because);
        if (text === undefined) continue;
        const version = detect.version ? new RegExp(detect.version).exec(text)?.[1] : undefined;
        if (detect.version && !version) continue;
        const isEntered = folder === docroot || (await read(join(docroot, 'index.php'))) !== undefined;
        return { application, ...(version ? { version } : {}), docroot: isEntered ? docroot : folder, because };
      }
    }
  }
  return undefined;
}

const join = (...parts: string[]) => parts.filter(Boolean).join('/');

/** By what others call it: its code is not there yet. */
function nameOf({ packages, types, docroots }: Others, applications: Applications): Found | undefined {
  for (const [application, { detect }] of applications) {
    const known =
      packages.find(({ word }) => detect.packages.includes(word)) ??
      types.find(({ word }) => detect.types.includes(word));
    if (known) return { application, docroot: docroots[0] ?? '', because: known.because };
  }
  return undefined;
}
