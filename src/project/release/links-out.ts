/** Links of a site's code, as a machine would follow them. Paths and targets are bytes, as src/io/tree.ts has them. */

/** Where the code is on a machine, and what else a link may mean: the shared files. */
const code = ['srv', 'code', 'current'];
const shared = ['srv', 'files'];

type Links = ReadonlyMap<string, string>;

/**
 * Paths of the links that lead to anything else of a machine: nginx would hand /run/secrets or /etc out as a file of the site. They are
 * not part of a release.
 */
export const leadingOut = (links: Links): Set<string> =>
  new Set([...links.keys()].filter((path) => resolveLink(path, links) === undefined));

/** Where a path of the code ends, in the code or (from `/` on) among the shared files; undefined: elsewhere. */
export function resolveLink(path: string, links: Links): string | undefined {
  // Step by step, since `a/..` is not what it seems where `a` is a link too.
  let at: string[] = [];
  const rest = path.split('/');
  for (let steps = 0; rest.length > 0; ) {
    const part = rest.shift() as string;
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (at.length === 0) return undefined;
      at = at.slice(0, -1);
      continue;
    }
    const next = [...at, part];
    const target = links.get(next.join('/'));
    if (target === undefined) at = next;
    else if (++steps > 40)
      return undefined; // a circle: it leads nowhere
    else if (!target.startsWith('/')) rest.unshift(...target.split('/'));
    else {
      const parts = target.split('/').filter((each) => each !== '' && each !== '.');
      if (begins(parts, shared)) return parts.includes('..') ? undefined : `/${parts.join('/')}`;
      if (!begins(parts, code)) return undefined;
      at = [];
      rest.unshift(...parts.slice(code.length));
    }
  }
  return at.join('/');
}

const begins = (parts: readonly string[], start: readonly string[]) =>
  start.every((each, index) => parts[index] === each);
