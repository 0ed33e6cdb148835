import type { WhyLayer } from '../../events.ts';
import type { NginxLine, Observed, PhpLine } from './observed.ts';
import { ago } from './words.ts';

/** What PHP did, and whether its answer may be kept; undefined where there is nothing to say: a file, say. */
export function explainPhp(line: NginxLine, observed: Observed): WhyLayer[] {
  const { php, cache } = line;
  if (!php) {
    if (cache === undefined) return [];
    return [{ layer: 'php', verdict: 'not asked', reason: 'not-asked', text: '', notes: [] }];
  }
  const seconds = sum(php.seconds);
  const status = last(php.status);
  const milliseconds = seconds === undefined ? {} : { milliseconds: Math.round(seconds * 1000) };
  const notes = headers(php, observed);
  const layer = { layer: 'php' as const, verdict: status, ...milliseconds };
  const failed = failure(line, observed);
  if (failed) return [{ ...layer, ...failed, notes: [] }];
  const text = 'not measured: its time is in that of php';
  return [
    { ...layer, ...keeping(line), notes },
    { layer: 'database', verdict: '', reason: 'not-measured', text, notes: [] },
  ];
}

/** nginx has `502` for a PHP that was not there, or ended in the middle, and no time of a head. */
export const hasFailed = ({ status, head }: PhpLine) =>
  ['502', '504', '-'].includes(last(status)) && [undefined, '-'].includes(head && last(head));

function failure({ php, status }: NginxLine, { nginx }: Observed) {
  if (!php || !hasFailed(php)) return undefined;
  const said = last(php.status);
  const log = `bootdev logs ${nginx?.machine ?? 'web-1'} --program php-fpm --tail 20`;
  if (said === '504' || status === 504)
    return { reason: 'php-too-late', text: `it took longer than php.maxExecutionTime: ${log}` };
  return { reason: 'php-dead', text: `it does not answer, or ended in the middle: ${log}` };
}

/** Whether the answer is stored, and why not: the prelude's own word (docker/roles/php-fpm: prelude.php). */
function keeping({ php, cache, skip, asked, now }: NginxLine): { reason: string; text: string } {
  if (cache === 'OFF' || cache === undefined) return { reason: 'no-cache', text: '' };
  if ((skip?.reasons.length ?? 0) > 0)
    return { reason: 'not-kept', text: 'not stored: a page for this visitor alone (see nginx)' };
  const page = php?.page;
  if (page === '1') {
    const until = Number(/^@(\d+)$/.exec(php?.accel ?? '')?.[1] ?? Number.NaN);
    const time = Number.isNaN(until) ? '' : ` for ${ago(until - now + 1)}`;
    return asked === 'fresh'
      ? { reason: 'may-be-stored', text: `may be stored${time}; not done now, for --fresh` }
      : { reason: 'stored', text: `stored${time}` };
  }
  if (page === undefined)
    return { reason: 'streamed', text: 'not stored: it was sent in parts, is larger than 2 MB, or was cut off' };
  return {
    reason: page in refusals ? page : 'refused',
    text: `not stored: ${refusals[page] ?? 'the prelude says no'}`,
  };
}

const refusals: Readonly<Record<string, string>> = {
  'set-cookie': 'it sets a cookie, so it is for one visitor alone',
  status: 'its status says nothing that others may hear',
  'x-accel-expires': 'X-Accel-Expires: 0 says so',
  vary: 'it varies by more than Cookie and Accept-Encoding, which the key does not know',
  'cache-control': 'its Cache-Control says so',
  expires: 'its Expires is over',
  silent:
    'no header says how long it may be kept, and a cookie came with the request: for code that is not known that is no',
  'purged-meanwhile': 'a purge came while it was built',
};

/** The headers that decide, and of a cookie that is set its name alone. */
function headers(php: PhpLine, { answer }: Observed) {
  const names = (answer.headers['set-cookie'] ?? []).map((each) => `Set-Cookie: ${each.split('=')[0]}=…`);
  const [location] = answer.headers.location ?? [];
  const said = [
    ...(php.control ? [`Cache-Control: ${php.control}`] : []),
    ...(php.expires ? [`Expires: ${php.expires}`] : []),
    ...(php.vary ? [`Vary: ${php.vary}`] : []),
    ...(php.accel === '0' ? ['X-Accel-Expires: 0'] : []),
    ...names.slice(0, 5),
    ...(location ? [`Location: ${location}`] : []),
  ];
  return said.length > 0 ? [{ name: 'headers', text: said.join(' · ') }] : [];
}

/** nginx lists tries with a comma, and what came after an internal redirect with a colon. */
const parts = (text = '') => text.split(/[,:]/).map((each) => each.trim());
const last = (text?: string) => parts(text).at(-1) ?? '';
function sum(text?: string): number | undefined {
  const numbers = parts(text)
    .map(Number)
    .filter((each) => !Number.isNaN(each));
  return text === undefined || numbers.length === 0 ? undefined : numbers.reduce((one, other) => one + other, 0);
}
