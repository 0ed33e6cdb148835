/**
 * Which application a folder holds, by its files: what each application's app.yaml says of itself, the docroots that other tools and Composer
 * name, and the usual ones. Pure but for the reader.
 */
import { parse } from 'yaml';
import type { Settings } from '../settings/schema.ts';
import { isTree } from '../settings/tree.ts';
import type { Application } from './applications.ts';

type Name = Settings['application'];

export interface Found {
  application: Name;
  /** As its code says it; undefined where the code is not there yet. */
  version?: string;
  /** Folder of index.php below the code; '' is the code itself. */
  docroot: string;
  /** The file that says so. */
  because: string;
}

/** The text of a file of the folder; undefined where there is none. */
export type Read = (path: string) => Promise<string | undefined>;

const usualDocroots = ['', 'web', 'docroot', 'public', 'public_html', 'htdocs', 'html', 'www'];

export async function detectApplication(
  read: Read,
  applications: ReadonlyMap<Name, Application>,
): Promise<Found | undefined> {
  const hints = await readHints(read);
  const docroots = [...new Set([...hints.docroots, ...usualDocroots])];
  const byCode = await findCode(read, applications, docroots);
  // An index.php alone says least: what others know of the folder comes first.
  if (byCode && byCode.application !== 'php') return byCode;
  return nameOf(hints, applications) ?? byCode;
}

/** By a file that only this application has. */
async function findCode(
  read: Read,
  applications: ReadonlyMap<Name, Application>,
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

interface Hints {
  docroots: string[];
  /** What other tools call the application, and Composer's packages, with the file that says so. */
  types: { word: string; because: string }[];
  packages: { word: string; because: string }[];
}

const join = (...parts: string[]) => parts.filter(Boolean).join('/');

/** Where others have the docroot, without slashes at its ends; none that leads out. */
function docrootOf(value: unknown): string[] {
  if (typeof value !== 'string') return [];
  const path = value.replace(/^(?:\.?\/)+|\/+$/g, '');
  return /^[\w.-]+(?:\/[\w.-]+)*$/.test(path) && !path.split('/').includes('..') ? [path] : [];
}

const at = (tree: unknown, ...names: string[]): unknown =>
  names.reduce<unknown>((value, name) => (isTree(value) ? value[name] : undefined), tree);

async function readHints(read: Read): Promise<Hints> {
  const hints: Hints = { docroots: [], types: [], packages: [] };
  const yaml = async (path: string, use: (tree: unknown) => { docroot?: unknown; type?: unknown }) => {
    const { docroot, type } = use(parsed(await read(path)));
    hints.docroots.push(...docrootOf(docroot));
    if (typeof type === 'string') hints.types.push({ word: type, because: path });
  };
  await yaml('.ddev/config.yaml', (tree) => ({ docroot: at(tree, 'docroot'), type: at(tree, 'type') }));
  await yaml('.lando.yml', (tree) => ({ docroot: at(tree, 'config', 'webroot'), type: at(tree, 'recipe') }));
  await yaml('.platform.app.yaml', (tree) => ({ docroot: at(tree, 'web', 'locations', '/', 'root') }));
  const composer = parsed(await read('composer.json'));
  const extra = at(composer, 'extra');
  hints.docroots.push(...docrootOf(at(extra, 'drupal-scaffold', 'locations', 'web-root')));
  const wordpress = docrootOf(at(extra, 'wordpress-install-dir'));
  hints.docroots.push(...wordpress.map((path) => path.replace(/\/?wp$/, '')));
  const required = at(composer, 'require');
  if (isTree(required))
    hints.packages.push(...Object.keys(required).map((word) => ({ word, because: 'composer.json' })));
  return hints;
}

/** JSON too. undefined: it is neither. */
function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : (parse(text, { maxAliasCount: 0, logLevel: 'silent' }) as unknown);
  } catch {
    return undefined;
  }
}

/** By what others call it: its code is not there yet. */
function nameOf(hints: Hints, applications: ReadonlyMap<Name, Application>): Found | undefined {
  for (const [application, { detect }] of applications) {
    const known =
      hints.packages.find(({ word }) => detect.packages.includes(word)) ??
      hints.types.find(({ word }) => detect.types.includes(word));
    if (known) return { application, docroot: hints.docroots[0] ?? '', because: known.because };
  }
  return undefined;
}
