/** Drupal's part of a deploy (docker/apps: php-cli/update), with a drush that says what the real one does (13.3). */
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { describe, expect, onTestFinished, test } from 'vitest';

/** `drush`: lines of a shell script. */
async function update(application: string, what: string, drush?: string) {
  const site = await mkdtemp(join(tmpdir(), 'bootdev-drush-'));
  onTestFinished(() => rm(site, { recursive: true }));
  const file = join(site, 'vendor/bin/drush');
  if (drush !== undefined) {
    await mkdir(join(site, 'vendor/bin'), { recursive: true });
    await writeFile(file, `#!/bin/sh\n${drush}\n`);
    await chmod(file, 0o755);
  }
  const program = resolve('docker/apps', application, 'php-cli/update');
  const { stdout, exitCode } = await execa('sh', [program, what], { cwd: site, reject: false });
  return { stdout, code: exitCode };
}

describe.each(['drupal', 'drupal7'])('%s', (application) => {
  const pending = (drush?: string) => update(application, 'pending', drush);
  const installed = 'if [ "$1" = status ]; then echo Successful; exit; fi\n';

  test('as many as drush lists, whatever it says beside', async () => {
    const two = 'echo shop_update_10001; echo shop-post-fill; echo " [warning] a module is missing" >&2';
    expect(await pending(installed + two)).toEqual({ stdout: '2', code: 0 });
    expect(await pending(`${installed}echo " [success] No database updates required." >&2`)).toEqual({
      ...{ stdout: '0', code: 0 },
    });
  });
  test('a site that is not installed has none', async () => {
    expect(await pending('exit 0')).toEqual({ stdout: '0', code: 0 });
  });
  test('a drush that fails is not "none": its words, and a code', async () => {
    const platform = await pending('echo "Your Composer dependencies require a PHP version >= 9" >&2; exit 255');
    expect(platform).toEqual({ stdout: expect.stringContaining('require a PHP version'), code: 1 });
    // The error is on both, so that its lines were taken for updates.
    const parse = await pending(`${installed}echo "ParseError: syntax error"; echo "#0 trace" >&2; exit 1`);
    expect(parse).toEqual({ stdout: expect.stringContaining('ParseError: syntax error'), code: 1 });
  });
  test('without drush it cannot know', async () => {
    expect((await pending()).code).toBe(3);
  });
});
