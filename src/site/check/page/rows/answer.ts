/** How the page is answered: status, the way to it, its size. */
import type { PageRow } from '../../../../events.ts';
import { type Arrived, limits } from '../chain.ts';
import { kilobytes } from '../page.ts';

export const answerRows = (arrived: Arrived): PageRow[] => [status(arrived), ...way(arrived), size(arrived)];

function status({ page: { status: code, seconds } }: Arrived): PageRow {
  const text = `${code} after ${seconds.toFixed(2)} s`;
  if (code === 200) return { name: 'answer', state: 'good', text };
  return { name: 'answer', state: 'missing', text, remedy: 'search engines keep pages that answer 200, and no others' };
}

function way({ url, hops }: Arrived): PageRow[] {
  if (hops.length === 0) return [];
  const places = [...hops.map(({ url: from, status: code }) => `${from.href} (${code})`), url.href];
  const row = { name: 'redirects', text: places.join(' → ') };
  const isOpen = hops.some(
    ({ url: from }, at) => from.protocol === 'https:' && (hops[at + 1]?.url ?? url).protocol === 'http:',
  );
  if (isOpen) return [{ ...row, state: 'missing', remedy: 'no redirect from https to http' }];
  if (hops.length === 1) return [{ ...row, state: 'good' }];
  return [
    {
      ...row,
      state: 'missing',
      remedy: 'one redirect, straight to the last address: each one costs a visitor a round trip',
    },
  ];
}

function size({ page: { body, isWhole, received, headers } }: Arrived): PageRow {
  const encoding = headers['content-encoding'];
  const text = `${isWhole ? '' : 'more than '}${kilobytes(body.length)}${encoding ? `, ${kilobytes(received)} as it was sent (${encoding})` : ''}`;
  const row = { name: 'size', text };
  if (!isWhole)
    return {
      ...row,
      state: 'missing',
      remedy: `only the first ${kilobytes(limits.page)} were looked at; search engines stop as well`,
    };
  if (body.length > 1_000_000)
    return { ...row, state: 'missing', remedy: 'less than 1 MB of HTML: phones take long to read it' };
  if (!encoding && body.length > 20_000)
    return { ...row, state: 'missing', remedy: 'compressed (gzip or br) it would be a fraction' };
  return { ...row, state: 'good' };
}
