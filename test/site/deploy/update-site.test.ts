/** What an admin machine does for another release, in which order (docker/roles/backup: update-site). */
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';

/** `app`: programs of the application, by name; `lines`: code.update, read by PHP on a machine. */
async function updateSite(what: string, app: Record<string, string>, lines: string[] = []) {
  const dir = await mkdtemp(join(tmpdir(), 'bootdev-update-site-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const text = await readFile(resolve('docker/roles/backup/root/usr/local/bin/update-site'), 'utf8');
  const programs: Record<string, string> = {
    'update-site': text.replaceAll('/etc/bootdev/current', dir),
    'bin/php': `#!/bin/sh\n${lines.map((line) => `printf '%s\\0' '${line}'`).join('\n')}\n`,
    ...Object.fromEntries(Object.entries(app).map(([name, body]) => [`app/${name}`, `#!/bin/sh\n${body}\n`])),
  };
  for (const [path, body] of Object.entries(programs)) {
    await mkdir(join(dir, path, '..'), { recursive: true });
    await writeFile(join(dir, path), body);
    await chmod(join(dir, path), 0o755);
  }
  const env = { PATH: `${join(dir, 'bin')}:${process.env.PATH}` };
  const { stdout, exitCode } = await execa('bash', [join(dir, 'update-site'), what], { env, reject: false });
  return { said: stdout.split('\n').filter(Boolean), code: exitCode };
}
const drupal = (pending: number) => ({
  update: `[ "$1" = run ] && echo updated || echo ${pending}`,
  'code-changed': 'echo caches',
});

test('the caches of the code before go before the lines of the site, whether its database had updates or not', async () => {
  const lines = ['echo imported'];
  expect(await updateSite('run', drupal(2), lines)).toEqual({
    ...{ said: ['updated', 'caches', '$ echo imported', 'imported'], code: 0 },
  });
  expect((await updateSite('run', drupal(0), lines)).said).toEqual(['caches', '$ echo imported', 'imported']);
});
test('where nothing is to be done they go alone, and a failure is one', async () => {
  expect(await updateSite('pending', drupal(0))).toEqual({ said: ['0'], code: 0 });
  expect(await updateSite('changed', drupal(0))).toEqual({ said: ['caches'], code: 0 });
  expect((await updateSite('changed', { 'code-changed': 'exit 9' })).code).toBe(9);
  expect(await updateSite('changed', {})).toEqual({ said: [], code: 0 });
});
test('an update that fails is the end', async () => {
  const { said, code } = await updateSite('run', { ...drupal(1), update: '[ "$1" = pending ] && echo 1 || exit 4' });
  expect([said, code]).toEqual([[], 4]);
});
