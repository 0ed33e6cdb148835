/** `bootdev check URL`: asks for one page as a visitor does, and says what search engines and social networks miss in it. */
import { Interrupted, UserError } from '../../../errors.ts';
import type { Event, PageRow } from '../../../events.ts';
import { printable } from '../printable.ts';
import { type Arrived, arrive, limits } from './chain.ts';
import { decode, readDocument } from './document.ts';
import type { Page } from './page.ts';
import type { Place } from './places.ts';
import { answerRows } from './rows/answer.ts';
import { contentRows } from './rows/content.ts';
import { headRows } from './rows/head.ts';
import { asker, favicon, socialRows } from './rows/social.ts';

/** False: something is missing. Throws UserError where there is no answer. */
export async function* checkPage(place: Place, signal: AbortSignal): AsyncGenerator<Event, boolean> {
  const arrived = await arrive(place, signal);
  if (signal.aborted) throw new Interrupted();
  if (typeof arrived === 'string') {
    throw new UserError(`${place.url.href} cannot be asked for: ${arrived}.`, {
      hint: place.metaTags === undefined ? 'is the address right? A browser would say the same' : 'bootdev status',
    });
  }
  const rows = [...answerRows(arrived), ...(await rowsOf(arrived, place, signal))].map(cleaned);
  if (signal.aborted) throw new Interrupted();
  const good = rows.every(({ state }) => state !== 'missing');
  const advice = place.metaTags && rows.some(isMetaTag) ? { advice: `What gives it: ${place.metaTags}.` } : {};
  yield { type: 'page-check', check: { url: printable(arrived.url.href, 500), good, rows, ...advice } };
  return good;
}

async function rowsOf(arrived: Arrived, place: Place, signal: AbortSignal): Promise<PageRow[]> {
  const type = arrived.page.headers['content-type'] ?? '';
  if (!/^\s*(?:text\/html|application\/xhtml\+xml)\b/i.test(type)) {
    return [
      {
        name: 'kind',
        state: 'missing',
        text: type || 'no Content-Type',
        remedy: 'a page is text/html: nothing else was looked at',
      },
    ];
  }
  const document = readDocument(decode(arrived.page.body, type));
  if (!document) {
    return [
      {
        name: 'kind',
        state: 'missing',
        text: 'too many elements',
        remedy: 'less than 300,000 elements: nothing else was looked at',
      },
    ];
  }
  const page: Page = { ...arrived, document };
  const ask = asker(place, AbortSignal.any([signal, AbortSignal.timeout(limits.seconds * 1000)]));
  const [social, icon] = await Promise.all([socialRows(page, ask), favicon(page, ask)]);
  return [...headRows(page), icon, ...social, ...contentRows(page)];
}

const isMetaTag = ({ name, state }: PageRow) =>
  state !== 'good' && /^(?:description|canonical|og:|twitter:|JSON-LD)/.test(name);

/** Nothing of a page's text can do anything in a terminal. */
const cleaned = ({ text, remedy, ...row }: PageRow): PageRow => ({
  ...row,
  text: printable(text, 200),
  ...(remedy ? { remedy: printable(remedy, 300) } : {}),
});
