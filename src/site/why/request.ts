/** What is asked, as a visitor would: checked before anything is touched. */
import { exitCode, UserError } from '../../errors.ts';
import type { Visit } from '../../io/network.ts';
import type { Context } from '../../project/context.ts';
import { siteAddress } from '../../settings/site-address.ts';

export interface WhyOptions {
  url: string;
  /** NAME=VALUE each. */
  cookies?: readonly string[];
  /** `Name: value` each. */
  headers?: readonly string[];
  /** PHP is asked, whatever is stored. */
  fresh?: boolean;
  /** The address as a shell takes it, for what to type next. */
  typed?: string;
}

/** `url`: as it is asked for, with the replica's port, whichever was typed. Throws UserError. */
export function makeRequest(context: Context, options: WhyOptions): { url: string; visit: Omit<Visit, 'ca'> } {
  const { settings, state, signal } = context;
  const address = siteAddress(settings, options.url);
  const { protocol, hostname } = new URL(address);
  const secure = protocol === 'https:';
  const port = secure ? state.ports.https : state.ports.http;
  if (!port) throw new UserError('The replica was not started yet.', { hint: 'bootdev up' });
  const [, path = '/'] = /^[a-z]+:\/\/[^/?#]+([^#]*)/i.exec(address) ?? [];
  if (/[^\x21-\x7e]/.test(path))
    throw wrong(`"${options.url}" has letters that an address cannot have`, encodeURI(path));
  return {
    url: `${protocol}//${hostname}${port === (secure ? 443 : 80) ? '' : `:${port}`}${path}`,
    visit: {
      ...{ port, secure, name: hostname, path, signal },
      servername: /^[\d.]+$|^localhost$/.test(hostname) ? settings.site.domain : hostname,
      headers: { ...asBrowser, ...extraHeaders(options.headers ?? []), ...cookieHeader(options.cookies ?? []) },
      patience: (settings.php.maxExecutionTime + 10) * 1000,
    },
  };
}

const asBrowser = {
  accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
  'accept-encoding': 'gzip, deflate, br',
  'user-agent': 'bootdev why',
};

/** A header's name, and a cookie's. */
const token = /^[\w!#$%&'*+.^`|~-]+$/;
/** What ends a request's line, or a cookie, is nobody's value. */
const value = /^[\x20-\x7e\x80-\xff]*$/;

function cookieHeader(cookies: readonly string[]): Record<string, string> {
  for (const each of cookies) {
    const [name = '', ...rest] = each.split('=');
    if (token.test(name) && rest.length > 0 && value.test(each) && !each.includes(';')) continue;
    throw wrong(`--cookie ${JSON.stringify(each)} is not NAME=VALUE`, '--cookie age_ok=1; one --cookie for each');
  }
  return cookies.length > 0 ? { cookie: cookies.join('; ') } : {};
}

/** Those that say where a request begins and ends, and ours. */
const own = [
  'host',
  'cookie',
  'connection',
  'content-length',
  'transfer-encoding',
  'upgrade',
  'expect',
  'te',
  'bootdev-why',
];

function extraHeaders(headers: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    headers.map((each) => {
      const [, name = '', text = ''] = /^([^:]*):\s*(.*)$/.exec(each) ?? [];
      if (!token.test(name) || !value.test(text))
        throw wrong(`--header ${JSON.stringify(each)} is not NAME: VALUE`, "--header 'Accept-Encoding: gzip'");
      if (own.includes(name.toLowerCase())) {
        const hint = name.toLowerCase() === 'cookie' ? '--cookie NAME=VALUE' : 'leave it out';
        throw wrong(`--header ${name} is not for you to set`, hint);
      }
      return [name.toLowerCase(), text];
    }),
  );
}

const wrong = (message: string, hint: string) => new UserError(`${message}.`, { hint, code: exitCode.usage });
