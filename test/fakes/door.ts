/** CloudFront, as far as a visitor meets its function: the deployed code, run with the request. */

import type { IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';

type Values = Record<string, { value: string }>;

interface Passed {
  headers: Values;
  cookies: Values;
}

interface Answered {
  statusCode: number;
  headers: Values;
  body?: { data: string };
}

/** `code`: of the function; without one, everybody passes. */
export function throughDoor(code: string | undefined, { method, url, headers }: IncomingMessage): Passed | Answered {
  const values = (pairs: [string, string][]): Values =>
    Object.fromEntries(pairs.map(([name, value]) => [name, { value }]));
  const cookies = (headers.cookie ?? '').split(/;\s*/).filter(Boolean);
  const request = {
    ...{ method, uri: url },
    headers: values(
      Object.entries(headers).flatMap(([name, value]) => (name === 'cookie' ? [] : [[name, String(value)]])),
    ),
    cookies: values(cookies.map((each) => each.split('=', 2) as [string, string])),
  };
  if (!code) return request;
  const handler = new Function('require', `${code}; return handler;`)(createRequire(import.meta.url));
  return handler({ request, context: { requestId: 'visit' } });
}
