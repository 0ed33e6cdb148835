/** The function that every request to CloudFront passes, run as it is shipped. */
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { parseAst } from 'vitest/node';
import { readTemplate } from './template.ts';

type Values = Record<string, { value: string }>;
interface Request {
  uri: string;
  headers: Values;
  cookies: Values;
}
interface Answer {
  statusCode: number;
  headers: Values;
  body?: { data: string };
}

const { Resources } = readTemplate('cfn/58-edge.yaml');
const functions = Object.entries(Resources).filter(([, { Type }]) => Type === 'AWS::CloudFront::Function');

/** As CloudFormation writes it. */
const codeOf = (name: string, closedBy = '') =>
  JSON.parse(JSON.stringify(Resources[name]?.Properties?.FunctionCode))['Fn::Sub'].replaceAll(
    /\$\{ClosedBy\}/g,
    closedBy,
  );
const run = (code: string) =>
  new Function('require', `${code}; return handler;`)(createRequire(import.meta.url)) as (event: object) => unknown;

function passed(method: string, names: string[]): string[] {
  const headers = Object.fromEntries(names.map((name) => [name, { value: 'x' }]));
  const event = { request: { method, headers, cookies: {} }, context: { requestId: 'a_-b==' } };
  return Object.keys((run(codeOf('Door'))(event) as Request).headers).sort();
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

describe('a closed site', () => {
  const key = 'QZ-the_key';
  const digest = createHash('sha256').update(key).digest('hex');
  const visit = (name: string, closedBy: string, cookies: Record<string, string>, headers: Values = {}) => {
    const values = Object.entries(cookies).map(([cookie, value]) => [cookie, { value }]);
    const request = { method: 'GET', uri: '/-/media/a.jpg', headers, cookies: Object.fromEntries(values) };
    return run(codeOf(name, closedBy))({ request, context: { requestId: 'x' } }) as Request & Answer;
  };

  test.each(['Door', 'MediaDoor'])('%s: 503 that nobody keeps, but for the key', (name) => {
    for (const cookies of [{}, { 'bootdev-key': 'another' }, { 'bootdev-key': digest }, { other: key }] as Record<
      string,
      string
    >[]) {
      const { statusCode, headers } = visit(name, digest, cookies);
      expect([statusCode, headers['cache-control']?.value]).toEqual([503, 'no-store']);
    }
    expect(visit(name, digest, { 'bootdev-key': key }).statusCode).toBeUndefined();
    expect(visit(name, '', {}).statusCode).toBeUndefined();
  });

  test('what is published has the digest of the key, not the key', () => {
    for (const [name] of functions) expect(codeOf(name, digest)).not.toContain(key);
  });

  test("with the key, the load balancer's rule is met; a visitor cannot say so himself", () => {
    const claim = { 'x-bootdev-opened': { value: digest } };
    expect(visit('Door', digest, { 'bootdev-key': key }).headers['x-bootdev-opened']?.value).toBe(digest);
    expect(visit('Door', digest, {}, { ...claim }).statusCode).toBe(503);
    expect(visit('Door', '', {}, { ...claim }).headers['x-bootdev-opened']).toBeUndefined();
  });

  test('the site never sees the key, nor does the cache divide by it', () => {
    for (const closedBy of ['', digest])
      expect(visit('Door', closedBy, { 'bootdev-key': key, own: '1' }).cookies).toEqual({ own: { value: '1' } });
  });

  test('the page makes a cookie of what stands behind #, which no server is sent, and then asks again', () => {
    const { body, headers } = visit('Door', digest, {});
    const [, script = ''] = /<script>([\s\S]*)<\/script>/.exec(body?.data ?? '') ?? [];
    const open = (hash: string) => {
      const document = { cookie: '' };
      const asked: string[] = [];
      const location = { hash, pathname: '/a', search: '?b=1', replace: (to: string) => asked.push(to) };
      new Function('document', 'location', script)(document, location);
      return { cookie: document.cookie, asked };
    };
    expect(open(`#bootdev-key=${key}`)).toEqual({
      cookie: `bootdev-key=${key}; path=/; max-age=2592000; secure; samesite=lax`,
      asked: ['/a?b=1'],
    });
    for (const hash of ['', '#part', '#bootdev-key=', '#bootdev-key=a;path=/'])
      expect(open(hash)).toEqual({ cookie: '', asked: [] });
    expect(headers['content-security-policy']?.value).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
  });
});

/**
 * All that cloudfront-js-2.0 takes, as its documentation lists it: ES 5.1, const, let, template literals, arrow functions. Its engine is njs,
 * whose command line refuses the rest too: 'Token "of" not supported in this version'.
 */
const spoken = new Set(
  `Program Identifier Literal TemplateLiteral TemplateElement ArrayExpression ObjectExpression Property
  FunctionDeclaration FunctionExpression ArrowFunctionExpression BlockStatement ReturnStatement ExpressionStatement
  VariableDeclaration VariableDeclarator IfStatement ForStatement ForInStatement WhileStatement BreakStatement ContinueStatement
  SwitchStatement SwitchCase ThrowStatement TryStatement CatchClause CallExpression NewExpression MemberExpression
  AssignmentExpression BinaryExpression LogicalExpression UnaryExpression UpdateExpression ConditionalExpression`.split(
    /\s+/,
  ),
);

function unspoken(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(unspoken);
  if (typeof node !== 'object' || node === null) return [];
  const { type, shorthand, computed, operator } = node as Record<string, unknown>;
  const isNew = type === 'Property' && (shorthand || computed);
  const wrong = type !== undefined && (!spoken.has(String(type)) || isNew || operator === '??');
  return [...(wrong ? [String(type)] : []), ...Object.values(node).flatMap(unspoken)];
}

test.each(functions)("%s is in the language of CloudFront's functions", (name, { Properties }) => {
  expect(Properties?.FunctionConfig).toMatchObject({ Runtime: 'cloudfront-js-2.0' });
  expect(unspoken(parseAst(codeOf(name)))).toEqual([]);
});
