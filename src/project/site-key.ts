import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readText, writeWhole } from '../io/files.ts';
import { paths } from './paths.ts';

/**
 * The key that lets its holder into a site on AWS that is not open yet. It is on this computer alone, for its user's eyes; AWS is told
 * only its sha256.
 */
export interface SiteKey {
  /** undefined: this computer has none. */
  read: () => Promise<string | undefined>;
  /** The one that is there, or a new one. */
  make: () => Promise<string>;
  replace: (key: string) => Promise<void>;
}

export function siteKey(dir: string, environment: string): SiteKey {
  const file = join(paths(dir, environment).own, environment, 'site-key');
  const read = async () => {
    const text = (await readText(file))?.trim();
    return text && /^[\w-]{40,}$/.test(text) ? text : undefined;
  };
  const replace = (key: string) => writeWhole(file, `${key}\n`, 0o600);
  const make = async () => {
    const key = (await read()) ?? newKey();
    await replace(key);
    return key;
  };
  return { read, make, replace };
}

export const newKey = () => randomBytes(32).toString('base64url');

/** What AWS is told of it. */
export const digestOf = (key: string) => createHash('sha256').update(key).digest('hex');
