import type { NginxLine, Observed } from './observed.ts';
import { list } from './words.ts';

/** Why nobody's page is taken for this visitor, and none of his is left: cache.conf's $skip_cache in words, the widest cause first. */
export function bypass({ skip, asked, cookies }: NginxLine, { settings }: Observed): { reason: string; text: string } {
  const reasons = new Set(skip?.reasons);
  const named = (kind: string) => cookies.filter((each) => each.kind === kind).map(({ name }) => name);
  if (reasons.has('live'))
    return { reason: 'live', text: 'live code (code.mode): the page cache is off, so that an edit shows at once' };
  if (reasons.has('settings'))
    return { reason: 'uncached-path', text: 'cache.uncachedPaths has this path: PHP always answers it' };
  if (reasons.has('application'))
    return {
      reason: 'application-path',
      text: `a path that ${settings.application} always answers itself (docker/apps/${settings.application}/nginx/http.conf)`,
    };
  if (reasons.has('session')) {
    const sessions = named('session');
    if (sessions.length > 0)
      return {
        reason: 'session-cookie',
        text: `${list(sessions)} means a session: a page for this visitor alone, which is not stored`,
      };
    return {
      reason: 'unknown-cookie',
      text: `nobody knows ${list(named('unknown')) || 'a cookie'}, and it may be a login: a page for this visitor alone. It makes no session? bootdev cannot know; cache.varyCookies names cookies that pages depend on`,
    };
  }
  if (reasons.has('credentials'))
    return {
      reason: 'credentials',
      text: `the header ${list(skip?.credentials ?? [])}: credentials, or another method: never from the cache`,
    };
  if (reasons.has('body')) return { reason: 'body', text: 'the request has a body' };
  if (reasons.has('method')) return { reason: 'method', text: 'only GET and HEAD get pages from the cache' };
  if (asked === 'fresh') return { reason: 'fresh', text: '--fresh: what is stored was passed by, and stays as it is' };
  return { reason: 'bypass', text: 'passed by' };
}
