/** Styles and scripts of a release are in the media bucket before a machine serves it, and stay for the pages of the one before. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { installProgram, site, yes } from './site.ts';

installProgram();

const bucketOf = (buckets: ReadonlyMap<string, ReadonlyMap<string, unknown>>, name: RegExp) =>
  [...buckets].find(([bucket]) => name.test(bucket))?.[1] ?? new Map<string, never>();

test('put before the web machines get the release; what went is kept; nothing is sent twice', async () => {
  const here = await site('site: { name: shop }\naws: { region: eu-west-1 }\ncode: { path: code, docroot: web }\n');
  const { run, aws } = here;
  const at = (path: string) => join(here.dir, 'code/web', path);
  await mkdir(at('css'), { recursive: true });
  await writeFile(at('index.php'), '<?php');
  await writeFile(at('css/app.1111.css'), 'one');
  const first = await run(yes);
  expect(first.code, first.stderr).toBe(0);
  const media = () => [...bucketOf(aws.s3.buckets, /media/i).keys()].sort();
  expect(media()).toEqual(['assets/css/app.1111.css']);

  await rm(at('css/app.1111.css'));
  await writeFile(at('css/app.2222.css'), 'two');
  const before = aws.calls.length;
  const second = await run(yes);
  expect(second.stderr).toContain('upload 1 file with a version in the name');
  expect(media()).toEqual(['assets/css/app.1111.css', 'assets/css/app.2222.css']);
  const calls = aws.calls.slice(before);
  const put = calls.findIndex((call) => /^s3:PUT .*\/assets\/css\/app\.2222\.css$/.test(call));
  expect(put).toBeGreaterThan(0);
  expect(put).toBeLessThan(calls.lastIndexOf('cloudformation:ExecuteChangeSet'));

  await writeFile(at('index.php'), '<?php // other');
  const third = await run(yes);
  expect([third.code, third.stderr]).toEqual([0, expect.not.stringContaining('with a version in the name')]);
});
