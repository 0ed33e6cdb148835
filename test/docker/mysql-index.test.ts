/** docker/roles/mysql/provision.sh: Debian sid's index has an age from which it is not taken. Its mirror is made of files here. */
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { imageOf } from '../scenarios/images.ts';

/** The script's end where `apt-get update` has brought an index of that age. */
async function provision(days: number | undefined) {
  const made =
    days === undefined ? 'Origin: Debian' : `Date: ${new Date(Date.now() - days * 86_400_000).toUTCString()}`;
  const run = `
    mkdir -p /fake /var/lib/apt/lists
    printf '#!/bin/sh\\nexit 0\\n' >/fake/apt-get && chmod +x /fake/apt-get
    printf '%s\\n' "$INDEX" >/var/lib/apt/lists/mirror_debian_dists_sid_InRelease
    PATH=/fake:$PATH exec bash /provision.sh`;
  const options = ['--rm', '--network', 'none', '--env', 'MYSQL_SERIES=9.7', '--env', `INDEX=${made}`];
  const script = [`${process.cwd()}/docker/roles/mysql/provision.sh`, '/provision.sh', 'ro'].join(':');
  const image = (await imageOf('base')) ?? '';
  const args = ['run', ...options, '--volume', script, '--entrypoint', 'bash', image, '-c', run];
  const { exitCode, stderr } = await execa('docker', args, { reject: false });
  expect(exitCode).toBe(1);
  return stderr;
}

test.each([91, 400])('an index of %i days is refused, with what to do', async (days) => {
  expect(await provision(days)).toMatch(
    new RegExp(
      `^mysql: Debian sid's index is ${days} days old \\(.+\\), at most 90 are taken: use a mirror .*mariadb$`,
    ),
  );
});

test('one without a date is refused', async () => {
  expect(await provision(undefined)).toMatch(/days old \(without a date\), at most 90/);
});

test('a younger one is taken: the next question is its MySQL', async () => {
  expect(await provision(89)).toMatch(/^mysql: Debian sid now has none, this bootdev needs the series 9\.7/);
});
