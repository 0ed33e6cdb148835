/** Files of an earlier release do not stay in CloudFront for their month. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { installProgram, lines, type Site, site, yes } from './site.ts';

installProgram();

async function siteWithCode() {
  const here = await site('site: { name: shop }\naws: { region: eu-west-1 }\ncode: { path: code, docroot: web }\n');
  await mkdir(join(here.dir, 'code', 'web'), { recursive: true });
  return here;
}

const write = ({ dir }: Site, text: string) => writeFile(join(dir, 'code', 'web', 'style.css'), text);
/** Without times: they are written after steps that took long enough. */
const said = (text: string) => lines(text, /CloudFront|create-invalidation/).replace(/ {2}N s/g, '');

test('after another release, everything is invalidated; not at first, not for settings, not twice', async () => {
  const here = await siteWithCode();
  const { run, aws } = here;
  await write(here, 'a');
  await run(yes);
  await run([...yes, '--set', 'cache.ttl=33']);
  expect(aws.invalidations).toBe(0);
  await write(here, 'b');
  const { stderr, code } = await run(yes);
  expect(code, stderr).toBe(0);
  expect(said(stderr)).toMatchInlineSnapshot(`"✓ remove the previous release from CloudFront"`);
  expect(aws.invalidations).toBe(1);
  // After the last machine: until then, an old one may still answer.
  const invalidated = aws.calls.findIndex((call) => call.startsWith('cloudfront:'));
  expect(aws.calls.slice(invalidated)).not.toContain('cloudformation:ExecuteChangeSet');
  await run(yes);
  expect(aws.invalidations).toBe(1);
});

test('a promote that did not wait for the end: it says so, and the next one invalidates', async () => {
  const here = await siteWithCode();
  const { run, aws } = here;
  await write(here, 'a');
  await run(yes);
  await write(here, 'b');
  const { stderr } = await run([...yes, '--detach']);
  expect(said(stderr)).toMatchInlineSnapshot(
    `"remove old files from CloudFront, when AWS has finished: bootdev promote"`,
  );
  expect(aws.invalidations).toBe(0);
  await run(['watch']);
  const again = await run(yes);
  expect(again.stdout).toContain('Nothing to change: AWS is up to date.');
  expect(aws.invalidations).toBe(1);
});

test('an invalidation that is refused: the site is live, with a warning and what to type', async () => {
  const here = await siteWithCode();
  const { run, aws } = here;
  await write(here, 'a');
  await run(yes);
  await write(here, 'b');
  aws.refused.add('cloudfront');
  const { stderr, code } = await run(yes);
  expect(code).toBe(0);
  expect(said(stderr)).toMatchInlineSnapshot(`
    "✗ remove the previous release from CloudFront
    ! CloudFront may serve files of the previous release for up to a month: AWS denied a call to
      aws cloudfront create-invalidation --distribution-id shop-production-edge-distribution --paths '/*'"
  `);
  aws.refused.clear();
  await run(yes);
  expect(aws.invalidations).toBe(1);
});

test('bootdev purge --on aws: the named paths, and that the machines are not reached', async () => {
  const here = await siteWithCode();
  const { run, aws } = here;
  await write(here, 'a');
  const purge = (...args: string[]) => run(['purge', '--on', 'aws', ...args]);
  const before = await purge('/about');
  expect([before.code, before.stderr]).toEqual([1, expect.stringContaining('shop-production has no CloudFront.')]);
  expect((await run(yes)).code).toBe(0);
  const { code, stderr } = await purge('https://shop.localhost/über?x=1', '/about', '--prefix', '/blog/');
  expect(code, stderr).toBe(0);
  expect(aws.invalidated).toEqual(['/%C3%BCber?x=1', '/about', '/blog/*']);
  expect(stderr).toContain('reaches their micro-caches from here');
  await purge('--all');
  expect(aws.invalidated).toEqual(['/*']);
  expect((await purge('https://elsewhere.example/')).code).toBe(2);
  expect(aws.invalidations).toBe(2);
});
