/** Where bootdev keeps what is the user's, not a project's. */
import { homedir, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The user's home: HOME, or that of the passwd entry. A container's user may have neither, and an empty or a relative HOME would be a folder
 * of the project; Debian's word for "none" then, where nothing is and nothing can be written.
 */
export function home(): string {
  const found = [homedir, () => userInfo().homedir].map(orNothing).find((path) => isAbsolute(path));
  return found ?? '/nonexistent';
}

function orNothing(look: () => string): string {
  try {
    return look();
  } catch {
    return '';
  }
}

/** By the rules of freedesktop.org: a relative path counts as not set. */
export const configFolder = ({ XDG_CONFIG_HOME }: Environment) => own(XDG_CONFIG_HOME, '.config');
export const stateFolder = ({ XDG_STATE_HOME }: Environment) => own(XDG_STATE_HOME, '.local/state');

const own = (given = '', usual: string) => join(isAbsolute(given) ? given : join(home(), usual), 'bootdev');
