/** Files of an earlier release do not stay at CloudFront for their month. */
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
const said = (text: string) => lines(text, /CloudFront|create-invalidation/);

test('after another release it is told to forget; not at first, not for settings, not twice', async () => {
  const here = await siteWithCode();
  const { run, aws } = here;
  await write(here, 'a');
  await run(yes);
  await run([...yes, '--set', 'cache.ttl=33']);
  expect(aws.forgotten).toBe(0);
  await write(here, 'b');
  const { stderr, code } = await run(yes);
  expect(code, stderr).toBe(0);
  expect(said(stderr)).toMatchInlineSnapshot(`"✓ CloudFront forgets the files of the release before"`);
  expect(aws.forgotten).toBe(1);
  // After the last machine: one of before might have been asked once more.
  const told = aws.calls.findIndex((call) => call.startsWith('cloudfront:'));
  expect(aws.calls.slice(told)).not.toContain('cloudformation:ExecuteChangeSet');
  await run(yes);
  expect(aws.forgotten).toBe(1);
});

test('a promote that did not stay to the end: said, and the next one makes it good', async () => {
  const here = await siteWithCode();
  const { run, aws } = here;
  await write(here, 'a');
  await run(yes);
  await write(here, 'b');
  const { stderr } = await run([...yes, '--detach']);
  expect(said(stderr)).toMatchInlineSnapshot(`"let CloudFront forget old files, when it is over: bootdev promote"`);
  expect(aws.forgotten).toBe(0);
  await run(['watch']);
  const again = await run(yes);
  expect(again.stdout).toContain('Nothing to change: AWS is up to date.');
  expect(aws.forgotten).toBe(1);
});

test('one that refuses: the site is live, and what to type is said', async () => {
  const here = await siteWithCode();
  const { run, aws } = here;
  await write(here, 'a');
  await run(yes);
  await write(here, 'b');
  aws.refused.add('cloudfront');
  const { stderr, code } = await run(yes);
  expect(code).toBe(0);
  expect(said(stderr)).toMatchInlineSnapshot(`
    "✗ CloudFront forgets the files of the release before
    ! CloudFront may show files of the release before, for up to a month: AWS refuses a call of
      aws cloudfront create-invalidation --distribution-id shop-production-edge-distribution --paths '/*'"
  `);
  aws.refused.clear();
  await run(yes);
  expect(aws.forgotten).toBe(1);
});
