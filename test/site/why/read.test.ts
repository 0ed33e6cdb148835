import { expect, test } from 'vitest';
import { readBalancer, readNginx } from '../../../src/site/why/read.ts';
import { balancerLine, id, nginxLine } from './observed.ts';

test("haproxy's line, by the id", () => {
  const lines = [balancerLine().replaceAll(id, id.replace('1', '2')), balancerLine({ counts: '1/1/0/0/+2' })];
  expect(readBalancer(lines, id)).toEqual({
    ...{ frontend: 'https', backend: 'web', server: 'web-2', address: '172.20.0.7', status: 200, end: '----' },
    ...{ times: { request: 0, queue: 0, connect: 0, response: 4, all: 4 }, retries: 2, redispatched: true },
  });
  expect(readBalancer(lines, id.replace('1', '3'))).toBeUndefined();
});

test('a machine that was never reached has no address', () => {
  expect(readBalancer([balancerLine({ way: 'https~ web/<NOSRV>', address: '-' })], id)).toMatchObject({ address: '' });
});

test('a visitor who writes a line of his own into his address is not believed', () => {
  const planted = `haproxy | … "GET /?x="0/0 ${id} 6.6.6.6 HTTP/1.1" another-id 172.20.0.7`;
  expect(readBalancer([planted], id)).toBeUndefined();
});

test("nginx' line, by the id; what is cut or another's is none", () => {
  const line = `nginx | ${JSON.stringify(nginxLine())}`;
  expect(readNginx(['nginx | 1.2.3.4 "GET / HTTP/1.1" 200', line], id)).toEqual(nginxLine());
  expect(readNginx([line.slice(0, -9), line.replaceAll(id, 'x')], id)).toBeUndefined();
});
