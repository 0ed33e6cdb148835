/** The address that WordPress believes it has (trial H3): by http it must not lead to http on the port of TLS. On a real web machine, without WordPress. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from './visitor.ts';
import { startWebMachine, type WebMachine } from './web-machine.ts';

let machine: WebMachine;
beforeAll(async () => {
  const target = { SITE_URL: 'https://site.localhost:8443' };
  machine = await startWebMachine(
    join(import.meta.dirname, 'web-site'),
    { application: 'wordpress' },
    { over: target },
  );
  await machine.exec('sh', '-c', 'echo secret | tee /run/secrets/app/db-password >/run/secrets/app/hash-salt');
  const page = '<?php require "/etc/bootdev/current/app/settings.php"; echo WP_HOME, " ", WP_SITEURL;';
  await machine.exec('sh', '-c', `echo '${page}' >/srv/code/releases/1/where.php`);
});
afterAll(() => machine?.remove());

test.each([
  ['https', 'site.localhost:8443', 'https://site.localhost:8443'],
  ['http', 'site.localhost:8081', 'http://site.localhost:8081'],
  ['http', '127.0.0.1:8081', 'http://127.0.0.1:8081'],
])('by %s at %s it is %s', async (scheme, host, home) => {
  const { text } = await ask(`${machine.url}/where.php`, { headers: { host, 'x-forwarded-proto': scheme } });
  expect(text).toBe(`${home} ${home}`);
});
