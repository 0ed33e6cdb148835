/** Private files: the application says who gets one, nginx sends it (docker/roles/nginx: private.conf). On a real web machine. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from './visitor.ts';
import { startWebMachine, type WebMachine } from './web-machine.ts';

let machine: WebMachine;
beforeAll(async () => {
  machine = await startWebMachine(join(import.meta.dirname, 'private-site'), { application: 'php' });
  const write =
    'cd /srv/files/private && mkdir -p "a b" .hidden && printf 0123456789 >"a b/100% é?.pdf" && printf x >.hidden/x';
  await machine.exec(
    'sh',
    '-c',
    `${write} && printf '<script>1</script>' >page.html && ln -s /etc/passwd out && chown -R www-data: .`,
  );
});
afterAll(() => machine?.remove());

const give = (path: string, words: string[] = [], headers: Record<string, string> = {}) => {
  const said = words.map((word) => `&header[]=${encodeURIComponent(word)}`).join('');
  return ask(`${machine.url}/x.file?give=${encodeURIComponent(path)}${said}`, { headers });
};
const report = '/-/private/a%20b/100%25%20%C3%A9%3F.pdf';

test('with the application’s type, disposition and caching, whatever its name', async () => {
  const words = [
    'Content-Type: application/x-own',
    'Content-Disposition: attachment; filename="r.pdf"',
    'Cache-Control: private',
  ];
  const { status, text, headers } = await give(report, words);
  expect([status, text]).toEqual([200, '0123456789']);
  expect(headers).toMatchObject({
    'content-type': 'application/x-own',
    'content-disposition': 'attachment; filename="r.pdf"',
    'cache-control': 'private',
    'x-content-type-options': 'nosniff',
  });
});

test('in parts, and not again when it is the same', async () => {
  const { status, text, headers } = await give(report, [], { range: 'bytes=2-4' });
  expect([status, text, headers['content-range']]).toEqual([206, '234', 'bytes 2-4/10']);
  const { headers: whole } = await give(report);
  expect((await give(report, [], { 'if-none-match': String(whole.etag) })).status).toBe(304);
});

test('asked for each time: none is in the micro-cache, also where the application says that it may be', async () => {
  const words = ['Content-Type: text/plain', 'Cache-Control: public, max-age=60'];
  expect((await give(report, words)).text).toBe('0123456789');
  await machine.exec('sh', '-c', 'printf 9876543210 >"/srv/files/private/a b/100% é?.pdf"');
  expect((await give(report, words)).text).toBe('9876543210');
});

test('not from outside, and what the application refuses is not there', async () => {
  expect((await ask(`${machine.url}/x.file`)).status).toBe(403);
  for (const path of [report, '/-/private/', '/-/private/page.html', '/-/private', '//-/private/page.html']) {
    const { status, text } = await ask(machine.url + path);
    expect([path, [403, 404].includes(status), text.includes('script')]).toEqual([path, true, false]);
  }
});

test('an uploaded page runs nothing; links and names with a dot are not given', async () => {
  const { headers } = await give('/-/private/page.html');
  expect(headers['content-security-policy']).toContain('sandbox');
  for (const path of ['/-/private/out', '/-/private/.hidden/x', '/-/private/../public/x', '/-/private/missing']) {
    expect([path, (await give(path)).status]).toEqual([
      path,
      path.includes('..') || path.endsWith('out') ? expect.any(Number) : 404,
    ]);
    expect((await give(path)).text).not.toContain('root:');
  }
});
