/** The function that every request to CloudFront passes, run as it is shipped. */
import { expect, test } from 'vitest';
import { readTemplate } from './template.ts';

type Headers = Record<string, { value: string }>;
interface Request {
  method: string;
  headers: Headers;
}
const code = readTemplate('cfn/58-edge.yaml').Resources.Door?.Properties?.FunctionCode;
const handler = new Function(`${code}; return handler;`)() as (event: object) => Request;

function passed(method: string, names: string[]): string[] {
  const headers = Object.fromEntries(names.map((name) => [name, { value: 'x' }]));
  const event = { request: { method, headers }, context: { requestId: 'a_-b==' } };
  return Object.keys(handler(event).headers).sort();
}

test("takes a visitor's claims about himself away", () => {
  const claims = [
    ...[
      'forwarded',
      'proxy',
      'client-ip',
      'x-client-ip',
      'true-client-ip',
      'x-cluster-client-ip',
      'x-real-ip',
      'x-remote-addr',
    ],
    ...[
      'x-forwarded-host',
      'x-forwarded-port',
      'x-forwarded-prefix',
      'x-forwarded-ssl',
      'x-forwarded-scheme',
      'x-original-url',
    ],
    ...[
      'x-rewrite-url',
      'x-http-method',
      'x-method-override',
      'x-bootdev-edge',
      'x-host',
      'front-end-https',
      'x-url-scheme',
    ],
  ];
  expect(passed('GET', [...claims, 'host', 'cookie', 'accept-language'])).toEqual(
    ['accept-language', 'cookie', 'host', 'x-request-id'].sort(),
  );
  // CloudFront itself writes these two.
  expect(passed('GET', ['x-forwarded-for', 'x-forwarded-proto'])).toContain('x-forwarded-for');
});

test("another method than the request's is for forms only", () => {
  expect(passed('GET', ['x-http-method-override'])).toEqual(['x-request-id']);
  expect(passed('POST', ['x-http-method-override'])).toContain('x-http-method-override');
});
