/** What an uploaded file may do in a visitor's browser: be seen, and run nothing. On a real web machine, and in Chromium where there is one. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoChromium } from './chromium.ts';
import { ask } from './visitor.ts';
import { startWebMachine, type WebMachine } from './web-machine.ts';

let machine: WebMachine;
let profile: string;
beforeAll(async () => {
  machine = await startWebMachine(join(import.meta.dirname, 'web-site'), { application: 'php' });
  profile = await mkdtemp(join(tmpdir(), 'browser-'));
  for (const [name, text] of Object.entries(files)) {
    await machine.exec('sh', '-c', 'printf %s "$2" >"/srv/files/public/$1"', 'sh', name, text);
    await machine.exec('sh', '-c', 'printf %s "$2" >"/srv/code/releases/1/$1"', 'sh', name, text);
  }
});
afterAll(async () => {
  await machine?.remove();
  await rm(profile, { recursive: true, force: true });
});

const pages = {
  'page.html': '<!doctype html><body id="asleep"><script>document.body.id = "awake"</script></body>',
  'drawing.svg':
    '<svg xmlns="http://www.w3.org/2000/svg" id="asleep"><script>document.documentElement.id = "awake"</script></svg>',
  'data.xml':
    '<r xmlns:h="http://www.w3.org/1999/xhtml" id="asleep"><h:script>document.documentElement.id = "awake"</h:script></r>',
};
const files = { ...pages, 'paper.pdf': paper('a paper'), 'photo.jpg': 'jpeg', 'unknown.thing': '<script>1</script>' };

const get = (path: string) => ask(`${machine.url}${path}`);

test.each(Object.keys(pages))('%s may run nothing, and is of no origin', async (name) => {
  const { headers } = await get(`/files/${name}`);
  const policy = String(headers['content-security-policy']).split('; ');
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain('sandbox');
  expect(headers['x-content-type-options']).toBe('nosniff');
});
test('a PDF is a PDF and nothing else, and its viewer is not forbidden', async () => {
  const { headers } = await get('/files/paper.pdf');
  expect(headers).toMatchObject({ 'content-type': 'application/pdf', 'x-content-type-options': 'nosniff' });
  expect(headers['x-frame-options']).toBe('SAMEORIGIN');
  expect(headers['content-security-policy']).toBeUndefined();
});
test('a file of an unknown type is for keeping, and no file of the code has the policy of uploads', async () => {
  expect((await get('/files/unknown.thing')).headers['content-type']).toBe('application/octet-stream');
  expect((await get('/files/photo.jpg')).headers['content-security-policy']).toContain('sandbox');
  expect((await get('/page.html')).headers['content-security-policy']).toBeUndefined();
});

describe('in Chromium', () => {
  const missing = whyNoChromium();
  /** The document as it is after its scripts have run. */
  const opened = async (path: string) => {
    const flags = [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      `--user-data-dir=${profile}`,
    ];
    return (await promisify(execFile)('chromium', [...flags, '--timeout=3000', '--dump-dom', `${machine.url}${path}`]))
      .stdout;
  };
  test.for(Object.keys(pages))(
    '%s: its script runs as a page of the code, and not as an upload',
    async (name, context) => {
      context.skip(missing !== undefined, missing);
      expect(await opened(`/${name}`)).toContain('id="awake"'); // not only in the text of the script
      const upload = await opened(`/files/${name}`);
      expect(upload).toContain('id="asleep"');
      expect(upload).not.toContain('id="awake"');
    },
  );
});

/** The smallest PDF that shows a text. */
function paper(text: string): string {
  const stream = `BT /F 24 Tf 20 90 Td (${text}) Tj ET`;
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>',
    `<</Length ${stream.length}>>stream\n${stream}\nendstream`,
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
  ];
  const parts = ['%PDF-1.4\n', ...objects.map((object, index) => `${index + 1} 0 obj${object}endobj\n`)];
  const offsets = objects.map((_, index) => parts.slice(0, index + 1).join('').length);
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const end = parts.join('').length;
  return `${parts.join('')}xref\n0 6\n0000000000 65535 f \n${table}trailer<</Size 6/Root 1 0 R>>\nstartxref\n${end}\n%%EOF`;
}
