import { randomBytes } from 'node:crypto';
import { isAbsolute, join } from 'node:path';
import { UserError } from '../errors.ts';
import { readText, realPath, writeWhole } from '../io/files.ts';
import type { Settings } from '../settings/schema.ts';
import { paths } from './paths.ts';

interface Identity {
  /** Six hex digits, chosen once for a folder: two projects with the same name stay apart. */
  id: string;
  /** Where the folder was when it was last used. */
  dir: string;
}

/**
 * The id of the project in `dir`; made at the first call. A moved folder keeps its replica; a copied one is refused,
 * because both would drive the same containers.
 */
export async function projectId(dir: string): Promise<string> {
  const here = await realPath(dir);
  const file = paths(here, '').id;
  const text = await readText(file);
  if (!text) return save(file, { id: randomBytes(3).toString('hex'), dir: here });
  const identity = parse(text, file);
  if (identity.dir === here) return identity.id;
  const other = await readText(paths(identity.dir, '').id);
  if (other && parse(other, file).id === identity.id) {
    throw new UserError(`This folder is a copy of ${identity.dir}: both would drive the same replica.`, {
      hint: `to make it a project of its own: rm -r ${paths(here, '').own}`,
    });
  }
  return save(file, { ...identity, dir: here });
}

/**
 * The name of the compose project. Machines are found by the names of their containers (bootdev-shop-1a2b3c-staging-memcached-4), and DNS
 * takes 63 characters: of a long site's name as many are left as there is room for. The id tells projects apart.
 */
export function projectName({ site }: Pick<Settings, 'site'>, id: string, env: string): string {
  const end = `-${id}${env === 'local' ? '' : `-${env}`}`;
  const room = 63 - 'bootdev-'.length - end.length - '-memcached-4'.length;
  return `bootdev-${site.name.slice(0, room).replace(/-+$/, '')}${end}`;
}

/**
 * By which id the stacks of an environment are known as ours: this folder's, or the one that --adopt named (a site cloned again
 * has another id; its stacks keep theirs). Remembered.
 */
export async function cloudProject(dir: string, environment: string, adopt?: string): Promise<string> {
  const file = join(paths(dir, environment).own, environment, 'cloud.json');
  if (adopt !== undefined) {
    if (!idPattern.test(adopt)) {
      throw new UserError(`"${adopt}" is not a project id.`, { hint: 'bootdev promote --plan says which it is' });
    }
    await writeWhole(file, `${JSON.stringify({ project: adopt })}\n`);
    return adopt;
  }
  const text = await readText(file);
  if (text === undefined) return projectId(dir);
  const { project } = (parseJson(text) ?? {}) as { project?: unknown };
  if (typeof project === 'string' && idPattern.test(project)) return project;
  throw new UserError(`${file} is damaged.`, {
    hint: `rm ${file}; where the stacks are those of another folder, bootdev promote --plan says which to --adopt`,
  });
}

const idPattern = /^[0-9a-f]{6}$/;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function save(file: string, identity: Identity): Promise<string> {
  await writeWhole(file, `${JSON.stringify(identity, null, 2)}\n`);
  return identity.id;
}

function parse(text: string, file: string): Identity {
  const { id, dir } = (parseJson(text) ?? {}) as Partial<Record<keyof Identity, unknown>>;
  const isPlace = typeof dir === 'string' && isAbsolute(dir) && !/\p{Cc}/u.test(dir);
  if (typeof id === 'string' && idPattern.test(id) && isPlace) return { id, dir };
  throw new UserError(`${file} is damaged.`, {
    hint: 'docker ps shows the id in the container names; or delete the file and run bootdev up for a fresh replica',
  });
}
