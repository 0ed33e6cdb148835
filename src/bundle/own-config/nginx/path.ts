/** Which files nginx may show: those of the code and the shared ones. Pure. */
import type { Finding } from './check.ts';
import type { Directive } from './parse.ts';

/** Of root and alias. */
export function refusePath(path: string): string | undefined {
  if (/(?:^|\/)\.\.(?:\/|$)/.test(path)) return '".." leads elsewhere';
  const plain = path.replace(/^\$document_root(?=\/|$)/, '/srv/code/current').replace(/\/\$uri$/, '/');
  if (plain.includes('$')) return 'variables could lead to any file: write the folder, or begin with $document_root';
  return /^\/srv\/(?:code\/current|files\/(?:public|private))(?:\/|$)/.test(plain)
    ? undefined
    : 'files are shown from /srv/code/current, /srv/files/public, and internally from /srv/files/private only';
}

/** What depends on the whole location. */
export function checkPaths(location: Directive): Finding[] {
  const { args, block = [] } = location;
  const inner = (name: string) => block.find((each) => each.name === name);
  const includes = (file: string) => block.some((each) => each.name === 'include' && each.args[0] === file);
  const found: Finding[] = [];
  const say = (line: number, text: string) => found.push({ line, text });
  const served = inner('alias') ?? inner('root');
  const folder = served?.args[0] ?? '';
  if (served && /^\/srv\/files\/private(?:\/|$)/.test(folder) && !inner('internal'))
    say(
      served.line,
      `${served.name}: private files are for PHP to hand out: add "internal;" and answer with X-Accel-Redirect.`,
    );
  if (served && /^\/srv\/files\/public(?:\/|$)/.test(folder) && !includes('files.conf'))
    say(served.line, `${served.name}: uploads could run, or lead elsewhere by a link: add "include files.conf;".`);
  // location /i { alias /srv/files/public/; } makes /i../private/x a file.
  const prefix = args.at(-1) ?? '';
  const isPrefix = args.length === 1 || args[0] === '^~';
  if (served?.name === 'alias' && isPrefix && folder.endsWith('/') && !prefix.endsWith('/'))
    say(
      served.line,
      `alias: with ${prefix} a visitor could ask for ${prefix}../ and get the folder above: write ${prefix}/.`,
    );
  const page = block.find((each) => each.name === 'include' && each.args[0] === 'page.conf');
  for (const variable of page ? ['$script', '$path_info'] : [])
    if (!block.some((each) => each.name === 'set' && each.args[0] === variable))
      say(page?.line ?? 0, `include: page.conf needs "set ${variable} …;" in the same location.`);
  return found;
}
