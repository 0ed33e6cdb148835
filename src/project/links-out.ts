/** Links of a site's code, as a machine would follow them. */
import type { ReleaseEntry } from './release.ts';

/** Where the code is on a machine, and what else a link may mean: the shared files. */
const code = ['srv', 'code', 'current'];
const shared = ['srv', 'files'];

/**
 * Paths of the links that lead to anything else of a machine: nginx would hand /run/secrets or /etc out as a file of the site. They are
 * not part of a release.
 */
export function leadingOut(entries: readonly ReleaseEntry[]): Set<string> {
  const links = new Map(
    entries.filter(({ mode }) => mode === '120000').map(({ path, bytes }) => [path, bytes.toString('utf8')]),
  );
  return new Set([...links.keys()].filter((path) => !staysIn(path, links)));
}

/** Follows it step by step, since `a/..` is not what it seems where `a` is a link too. */
function staysIn(path: string, links: ReadonlyMap<string, string>): boolean {
  let at: string[] = [];
  const rest = path.split('/');
  for (let steps = 0; rest.length > 0; ) {
    const part = rest.shift() as string;
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (at.length === 0) return false;
      at = at.slice(0, -1);
      continue;
    }
    const next = [...at, part];
    const target = links.get(next.join('/'));
    if (target === undefined) at = next;
    else if (++steps > 40)
      return false; // a circle: it leads nowhere
    else if (!target.startsWith('/')) rest.unshift(...target.split('/'));
    else {
      const parts = target.split('/').filter((each) => each !== '' && each !== '.');
      if (begins(parts, shared)) return !parts.includes('..');
      if (!begins(parts, code)) return false;
      at = [];
      rest.unshift(...parts.slice(code.length));
    }
  }
  return true;
}

const begins = (parts: readonly string[], start: readonly string[]) =>
  start.every((each, index) => parts[index] === each);
