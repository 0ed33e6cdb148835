import type { Answer } from '../../io/network.ts';
import type { Context } from '../../project/context.ts';
import { isInstaller, saysNoDatabase } from '../../project/front-page.ts';
import { siteUrl } from '../target.ts';
import { canInstall } from './install.ts';

/** Why the front page is not the site, and what to type. `level`: an installer is no fault. */
export interface FrontPage {
  level: 'info' | 'warning';
  text: string;
  hint: string;
  /** It leads to another address. */
  elsewhere?: true;
}

/** Asks for the front page as a visitor does, redirects of the site included. Undefined: it is the site. `port`: the published one of https. */
export async function frontPage(context: Context, port: number): Promise<FrontPage | undefined> {
  const { io, settings, state } = context;
  const own = siteUrl(settings, port);
  let at = new URL('/', own);
  for (let hop = 0; hop < 5; hop++) {
    const path = `${at.pathname}${at.search}`;
    const answer = await io.network.askHttps({ port, name: settings.site.domain, path, patience: 10_000 });
    if (!answer?.location) return judge(answer, at, context);
    const next = new URL(answer.location, at);
    if (next.host === `${settings.site.domain}:${state.ports.http}`) return undefined;
    if (next.host !== at.host) {
      return {
        level: 'warning',
        text: `The front page leads to ${next.origin}/: an address of elsewhere in the site's own settings or database?`,
        hint: `the site is to call itself ${own}: SITE_URL in its environment`,
        elsewhere: true,
      };
    }
    at = next;
  }
  return {
    level: 'warning',
    text: `The front page redirects in a circle, last to ${at.pathname}.`,
    hint: 'bootdev logs lb --tail 20',
  };
}

/** `at`: what was asked for in the end. */
function judge(answer: Answer | undefined, at: URL, { settings, sources }: Context): FrontPage | undefined {
  if (!answer) {
    return {
      level: 'warning',
      text: 'The front page does not answer within 10 s.',
      hint: 'bootdev logs web-1 --program php-fpm --tail 20',
    };
  }
  const { status, body } = answer;
  if (isInstaller(at.pathname)) {
    return {
      level: 'info',
      text: 'The site is not installed yet: its own installer answers.',
      hint: `${canInstall(settings, sources) ? 'bootdev site install, or ' : ''}open ${at.href}`,
    };
  }
  if (saysNoDatabase(body)) {
    return {
      level: 'warning',
      text: `The front page (${status}) says that the site has no connection to its database.`,
      hint: 'its settings must read DB_HOST, DB_NAME, DB_USER and /run/secrets/app/db-password: docs/first-hour.md',
    };
  }
  if (status === 403 || status === 404) {
    const who = /<center>nginx(?:\/[\d.]+)?<\/center>/.test(body)
      ? `There is no page in the folder that is served (${settings.code.docroot || 'the whole code'})`
      : `The site answers ${status} for its own front page`;
    return { level: 'warning', text: `${who}.`, hint: 'is code.docroot the folder of index.php? bootdev config code' };
  }
  if (status < 500) return undefined;
  return {
    level: 'warning',
    text: `The front page answers ${status}.`,
    hint: 'bootdev logs web-1 --program php-fpm --tail 20',
  };
}
