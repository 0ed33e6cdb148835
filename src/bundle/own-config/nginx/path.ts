/** Which files nginx may show: those of the code but for its sources and secrets, and the shared ones. Pure. */
import type { Finding } from './check.ts';
import type { Directive } from './parse.ts';

/** Of root and alias. */
export function refusePath(path: string): string | undefined {
  if (/(?:^|\/)\.\.(?:\/|$)/.test(path)) return '".." leads elsewhere';
  const plain = path.replace(/^\$document_root(?=\/|$)/, '/srv/code/current').replace(/\/\$uri$/, '/');
  if (plain.includes('$')) return 'variables could lead to any file: write the folder, or begin with $document_root';
  if (isSecret(plain)) return secret;
  return /^\/srv\/(?:code\/current|files\/(?:public|private))(?:\/|$)/.test(plain)
    ? undefined
    : 'files are shown from /srv/code/current, /srv/files/public, and internally from /srv/files/private only';
}

const secret = 'sources, settings and keys of the code are not shown';

/** By its name; docker/roles/nginx/root/etc/nginx/deny.conf has the whole list. */
const isSecret = (path: string) =>
  /(?:^|\/)\.(?!well-known(?:\/|$))[^/]/.test(path) ||
  /\.(?:ph\w*|inc|module|twig|sql|ya?ml|toml|ini|cnf|conf|env|lock|log|bak|pem|key|sqlite3?|db|dump)$|\/composer\.json$/i.test(
    path,
  );

/** A file that nginx looks for below the document root: what a visitor sends may not be part of it, but for the address itself. */
export function refuseTried(words: readonly string[]): string | undefined {
  for (const [index, word] of words.entries()) {
    const file = word.split('?')[0] ?? '';
    if (file.includes('..')) return '".." leads out of the document root';
    const strange = [...file.matchAll(/\$\{?(\w+)/g)].find(([, name]) => !/^(?:uri|document_uri)$/.test(name ?? ''));
    if (strange) return `${strange[0]} could lead out of the document root: only $uri can be part of a file's name`;
    // The last one is an address, which is looked up as any other.
    if (index < words.length - 1 && isSecret(file)) return `${file}: ${secret}`;
  }
  return undefined;
}

/** What depends on the whole location. `isNested`: it is inside another one. */
export function checkLocation(location: Directive, isNested: boolean): Finding[] {
  const { args, block = [] } = location;
  const inner = (name: string) => block.find((each) => each.name === name);
  const include = (file: string) => block.find((each) => each.name === 'include' && each.args[0] === file);
  const found: Finding[] = [];
  const say = (line: number, text: string) => found.push({ line, text });
  const served = inner('alias') ?? inner('root');
  const folder = served?.args[0] ?? '';
  if (served && /^\/srv\/files\/private(?:\/|$)/.test(folder) && !inner('internal'))
    say(
      served.line,
      `${served.name}: private files are for PHP to hand out: add "internal;" and answer with X-Accel-Redirect.`,
    );
  if (served && /^\/srv\/files\/public(?:\/|$)/.test(folder) && !include('files.conf'))
    say(served.line, `${served.name}: uploads could run, or lead elsewhere by a link: add "include files.conf;".`);
  // location /i { alias /srv/files/public/; } makes /i../private/x a file.
  const prefix = args.at(-1) ?? '';
  const isPrefix = args.length === 1 || args[0] === '^~';
  if (served?.name === 'alias' && isPrefix && folder.endsWith('/') && !prefix.endsWith('/'))
    say(
      served.line,
      `alias: with ${prefix} a visitor could ask for ${prefix}../ and get the folder above: write ${prefix}/.`,
    );
  const showsFiles =
    !['return', 'proxy_pass', 'internal'].some(inner) && !['page.conf', 'files.conf', 'code.conf'].some(include);
  const pastOurs = isNested || args[0] === '^~' || (args[0] === '=' && isSecret(prefix));
  if (showsFiles && pastOurs && !prefix.startsWith('@'))
    say(
      location.line,
      'location: it comes before the list of secrets, so sources and keys of the code would be shown: add "include code.conf;".',
    );
  const page = include('page.conf');
  for (const variable of page ? ['$script', '$path_info'] : [])
    if (!block.some((each) => each.name === 'set' && each.args[0] === variable))
      say(page?.line ?? 0, `include: page.conf needs "set ${variable} …;" in the same location.`);
  return found;
}
