/** Which addresses are asked, and where: the replica's own names lead to its balancer on this computer. */
import { exitCode, UserError } from '../../../errors.ts';
import type { Visit } from '../../../io/visit/visit.ts';
import { readApplication } from '../../../project/applications.ts';
import type { Context } from '../../../project/context.ts';
import { siteUrl } from '../../../replica/target.ts';

export interface Place {
  /** What the user has named. */
  url: URL;
  /** How to ask for an address; undefined: it is none that a browser asks for. */
  to: (url: URL) => Pick<Visit, 'via' | 'isNamed'> | undefined;
  /** What gives a page its meta-tags in this application. */
  metaTags?: string;
}

type Replica = Pick<Context, 'settings' | 'state' | 'sources'>;

/** Throws UserError for what is no address, and for the replica's own where it was never started. */
export function placeOf(text: string, replica?: Replica): Place {
  const own = replica && ownPlace(replica);
  if (text.startsWith('/') && !own) throw new UserError('The replica was not started yet.', { hint: 'bootdev up' });
  const url = parsed(text, own?.url);
  const isOwn = (each: URL) => own?.isOwn(each.hostname) ?? false;
  const to = (each: URL) => {
    if (!/^https?:$/.test(each.protocol)) return undefined;
    const via = own && isOwn(each) ? own.via(each) : undefined;
    const isNamed = each.host === url.host || (isOwn(url) && (own?.hosts.has(each.host) ?? false));
    return { via, isNamed };
  };
  if (!replica || !isOwn(url)) return { url, to };
  const { metaTags } = readApplication(replica.settings.application, replica.sources.docker).check;
  return { url, to, ...(metaTags ? { metaTags } : {}) };
}

/** undefined: it has no ports yet. */
function ownPlace({ settings, state }: Replica) {
  const { https, http, s3 } = state.ports;
  if (!https) return undefined;
  const { domain } = settings.site;
  return {
    url: new URL(siteUrl(settings, https)),
    isOwn: (name: string) => name === domain || name.endsWith(`.${domain}`),
    /** By whatever port a page names it: on AWS it has none. */
    via: ({ protocol }: URL) => `127.0.0.1:${protocol === 'https:' ? https : (http ?? https)}`,
    /** What else of this computer is the replica's: its objects. */
    hosts: new Set(s3 ? [`127.0.0.1:${s3}`, `localhost:${s3}`] : []),
  };
}

function parsed(text: string, own: URL | undefined): URL {
  const url = URL.canParse(text, own?.href) ? new URL(text, own?.href) : undefined;
  const isWhole = text.startsWith('/') || /^https?:\/\//i.test(text);
  if (url && isWhole && /^https?:$/.test(url.protocol) && (!text.startsWith('/') || url.host === own?.host)) {
    url.hash = '';
    return url;
  }
  const host = /^[\w-]+(?:\.[\w-]+)+(?:[:/]|$)/.test(text) ? `https://${text}` : 'https://www.example.org/news';
  throw new UserError(`"${text}" is not an address.`, {
    hint: `bootdev check ${host}, or a path of the replica: bootdev check /news`,
    code: exitCode.usage,
  });
}
