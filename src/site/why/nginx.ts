import type { WhyLayer } from '../../events.ts';
import { bypass } from './bypass.ts';
import type { CookieKind, NginxLine, Observed } from './observed.ts';
import { hasFailed } from './php.ts';
import { ago, list, rootWords } from './words.ts';

type Cause = Pick<WhyLayer, 'verdict' | 'reason' | 'text'>;

/** What nginx of the web machine and its micro-cache did. */
export function explainNginx(line: NginxLine, observed: Observed): WhyLayer {
  const isPage = line.cache !== undefined || line.php !== undefined;
  return {
    layer: 'nginx',
    milliseconds: Math.round(line.seconds * 1000),
    ...(isPage ? page(line, observed) : file(line, observed)),
    notes: [...(isPage ? keyNote(line) : [{ name: 'file', text: line.file ?? '' }]), ...cookieNote(line, isPage)],
  };
}

/** Files, and what nginx refuses or redirects by itself. */
function file({ file: path = '', status }: NginxLine, { answer }: Observed): Cause {
  const verdict = String(status);
  const of = (folder: string) => path.startsWith(`/srv/files/${folder}/`);
  const [control] = answer.headers['cache-control'] ?? [];
  const browsers = control ? `; browsers: Cache-Control ${control}` : '';
  if (status === 503)
    return {
      verdict,
      reason: 'files-silent',
      text: 'the shared files do not answer on this machine: no file of theirs is served',
    };
  if ([301, 302, 303, 307, 308].includes(status)) {
    const [to = 'another address'] = answer.headers.location ?? [];
    return { verdict, reason: 'redirect-by-nginx', text: `nginx itself redirects to ${to}` };
  }
  if (status === 429)
    return { verdict, reason: 'limit', text: 'this visitor sends more than limits allows in a minute' };
  if (status >= 400)
    return {
      verdict,
      reason: 'not-for-visitors',
      text: 'no file that visitors may have is there; PHP is not asked for such addresses',
    };
  if (of('public'))
    return { verdict: 'file', reason: 'upload', text: `an upload, from the shared files: in no cache here${browsers}` };
  if (of('private'))
    return {
      verdict: 'file',
      reason: 'private-file',
      text: `a private file, which the application allowed${browsers}`,
    };
  return {
    verdict: 'file',
    reason: 'static-file',
    text: `a file of the code: in no cache here, PHP is not asked${browsers}`,
  };
}

function page(line: NginxLine, observed: Observed): Cause {
  const { ttl, grace, stale } = observed.settings;
  const { seen, now, php } = line;
  // Of an answer that it makes itself for a PHP that failed, nginx no longer knows; that it looked, it does.
  const cache = line.cache || (seen ? 'MISS' : '');
  const here = seen?.here;
  const stored = here && 'until' in here ? here : undefined;
  const age = stored ? `stored ${ago(now - stored.at)} ago` : 'stored before';
  switch (cache) {
    case 'HIT':
      if ((line.waited ?? 0) > 0)
        return {
          verdict: 'hit',
          reason: 'waited',
          text: `another visitor's request was building it: waited ${line.waited} ms for that`,
        };
      if (!stored || stored.until < now)
        return { verdict: 'hit', reason: 'hit', text: 'stored a moment ago, by another request' };
      return { verdict: 'hit', reason: 'hit', text: `${age}, fresh for ${ago(stored.until - now + 1)}` };
    case 'STALE':
    case 'UPDATING': {
      if (php)
        return {
          verdict: 'stale',
          reason: 'stale-error',
          text: `PHP failed (${php.status}), so the old page, ${age}: for ${ago(stale)} at most (cache.stale)`,
        };
      const over = stored ? `, over for ${ago(now - stored.until)}` : '';
      const who = cache === 'STALE' ? 'PHP makes a new one behind this answer' : 'another request is making a new one';
      return { verdict: 'stale', reason: 'stale', text: `${age}${over}; ${who} (cache.grace ${ago(grace)})` };
    }
    case 'EXPIRED': {
      const over = stored ? `, and its time was over ${ago(now - stored.until)} ago` : ', and its time was over';
      return {
        verdict: 'miss',
        reason: 'expired',
        text: `${age}${over} (cache.ttl ${ago(ttl)}, cache.grace ${ago(grace)})`,
      };
    }
    case 'MISS':
    case 'REVALIDATED':
      return { verdict: 'miss', ...miss(line) };
    case 'BYPASS':
      return { verdict: 'bypass', ...bypass(line, observed) };
    case 'OFF':
      return {
        verdict: 'off',
        reason: 'off',
        text: 'the micro-cache is off (cache.enabled): PHP answers each request',
      };
    default:
      return { verdict: 'no cache', reason: 'uncached-address', text: 'this address never has a page in the cache' };
  }
}

/** Nothing was there to be served: was it ever, and is it there for others? */
function miss({ seen, key, now, php }: NginxLine): Omit<Cause, 'verdict'> {
  const here = seen?.here;
  if (here && 'removed' in here) {
    const when = `taken out ${ago(now - here.removed)} ago`;
    return here.by === 'purge'
      ? { reason: 'purged', text: `${when} by a purge, and built again now` }
      : { reason: 'withdrawn', text: `${when}: an answer came that may not be stored` };
  }
  if (php && php.page !== '1' && !hasFailed(php))
    return { reason: 'never-stored', text: 'not there: what PHP answers is not stored (see php)' };
  if (seen?.bare)
    return {
      reason: 'other-cookie',
      text: `there for visitors without ${list(key?.vary ?? [])}, whose value is in the key (cache.varyCookies)`,
    };
  if (seen && seen.encodings.length > 0) {
    const others = list(seen.encodings.map((each) => each || 'no compression'));
    return {
      reason: 'other-encoding',
      text: `there for ${others}, not for ${key?.encoding || 'no compression'}: each is stored by itself`,
    };
  }
  return {
    reason: 'not-stored',
    text: 'nobody asked this machine for it before, or long ago; each web machine has a cache of its own',
  };
}

/** The key's parts, without values of cookies. */
function keyNote({ key, cookies }: NginxLine) {
  if (!key) return [];
  const vary = key.vary.map((name) => (cookies.some((each) => each.name === name) ? `${name}=…` : `${name}=`));
  const parts = [key.encoding || 'uncompressed', key.scheme, key.host, rootWords(key.root), key.address, ...vary];
  return [{ name: 'key', text: parts.join('|') }];
}

const counts: Record<CookieKind, string> = {
  session: 'a session',
  vary: 'its value is in the key',
  harmless: 'not counted',
  unknown: 'not known, so perhaps a login',
  ignored: 'not counted',
};

function cookieNote({ cookies }: NginxLine, isPage: boolean) {
  if (cookies.length === 0) return [];
  const each = cookies.map(({ name, kind }) => `${name}: ${isPage ? (counts[kind] ?? kind) : 'not looked at'}`);
  const own = cookies.some(({ kind }) => kind === 'session' || kind === 'unknown');
  return [{ name: 'cookies', text: [...each, ...(isPage && !own ? ['no session'] : [])].join(' · ') }];
}
