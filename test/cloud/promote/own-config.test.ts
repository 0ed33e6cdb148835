/** A site's own files in promote: asked for, in the bundle and in the parameter group; a key that RDS does not have is refused with its line. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { installProgram, site, yes } from './site.ts';

installProgram('cfn');

test('own keys reach the parameter group, own files the bundle; what cannot be the same on RDS changes nothing', async () => {
  const { aws, dir, run } = await site();
  aws.cloudformation.pageSize = 100; // large stacks
  const put = async (name: string, text: string) => {
    await mkdir(join(dir, 'bootdev/mysql'), { recursive: true });
    await writeFile(join(dir, 'bootdev/mysql', name), text);
  };
  const group = () => aws.stack('shop-production-data').body.match(/ {2}MysqlParameters:\n.*?Tags:/s)?.[0] ?? '';

  expect((await run(yes)).code).toBe(0);
  expect(group()).toContain("wait_timeout: '600'");

  await put('site.cnf', '[mysqld]\nwait-timeout = 900\ngroup-concat-max-len = 64K\n');
  const asked = await run(['promote', '--unrehearsed', '--plan']);
  expect(asked.stderr).toContain('\n    bootdev/mysql/site.cnf\n');
  expect({ code: asked.code, hint: asked.stderr.split('  → ').at(-1) }).toEqual({
    code: 2,
    hint: expect.stringContaining('bootdev promote --unrehearsed --plan --yes'),
  });
  expect((await run(yes)).code).toBe(0);
  expect(group()).not.toContain("wait_timeout: '600'");
  expect(group()).toContain("        wait_timeout: '900'\n        group_concat_max_len: '65536'\n");

  await put('other.cnf', '[mysqld]\ninnodb_doublewrite = OFF\n');
  for (const line of [yes, ['parity']]) {
    const { code, stderr } = await run(line);
    expect(stderr).toContain(
      '\n  bootdev/mysql/other.cnf:2  innodb_doublewrite: RDS lets no parameter group set it.\n',
    );
    expect(code).toBe(1);
  }
  expect(group()).not.toContain('innodb_doublewrite');
});
