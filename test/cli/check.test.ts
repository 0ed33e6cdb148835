/** `bootdev check` of the built program, in folders without a replica. */
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { bootdev, emptyFolder } from './bootdev.ts';

async function wordpress(plugins: Record<string, string>): Promise<string> {
  const dir = await emptyFolder();
  const files = {
    'wp-includes/version.php': "<?php $wp_version = '6.8';",
    'index.php': "<?php fopen(__DIR__ . '/x', 'w');",
    ...Object.fromEntries(
      Object.entries(plugins).map(([name, code]) => [`wp-content/plugins/${name}/${name}.php`, code]),
    ),
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  }
  return dir;
}
const good = "<?php\n/* Plugin Name: Good */\nfile_put_contents(wp_upload_dir()['basedir'] . '/x', 1);\n";
const bad = "<?php\n/* Plugin Name: Fast Stats */\nfile_put_contents(__DIR__ . '/x', 1);\n";

test('of three plugins the guilty one is named, and the code says that something was found', async () => {
  const dir = await wordpress({ good, bad, other: '<?php' });
  const { stdout, code } = await bootdev(['check', '--cluster'], dir);
  expect(code).toBe(1);
  expect(stdout).toContain('plugin Fast Stats  wp-content/plugins/bad');
  expect(stdout).toContain("bad.php:3  file_put_contents(__DIR__ . '/x', 1);");
  expect(stdout).not.toMatch(/Good|other|index\.php/);
});

test('with settings it looks at code.path; nothing found is 0', async () => {
  const dir = await wordpress({ good });
  await writeFile(join(dir, 'bootdev.yaml'), 'site: { name: shop }\napplication: wordpress\ncode: { path: . }\n');
  const { stdout, code } = await bootdev(['check', '--cluster', '--json'], dir);
  expect(code).toBe(0);
  const [last = ''] = stdout.split('\n').slice(-1);
  expect(JSON.parse(last)).toMatchObject({
    type: 'cluster-check',
    check: { safe: true, parts: [], looked: { files: 1 } },
  });
});

test.each([
  [['check'], 'What is to be checked?'],
  [['check', '--cluster', '/'], '--cluster looks at the code, and takes no address.'],
  [['check', 'shop.example'], '"shop.example" is not an address.'],
  [['check', '/news'], 'There is no bootdev.yaml in'],
  [['check', '--cluster'], 'Nothing in'],
])('%s ends with 2', async (args, message) => {
  const { stderr, code } = await bootdev(args, await emptyFolder());
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
});

test('a page, with a row for what it lacks', async () => {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<title>Hi \u001b[2J</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const { stdout, code } = await bootdev(['check', url], await emptyFolder());
  expect(code).toBe(1);
  expect(stdout).toMatch(/^✓ title {2,}\d+ characters: Hi$/m);
  expect(stdout).toMatch(/^! canonical {2,}none$/m);
  expect(stdout).not.toContain('\u001b');
});
