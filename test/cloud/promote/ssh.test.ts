/** A session on a machine: which one, what ssh is told of its host, and what becomes of the key. From the built program, with an aws and an ssh that say how they were called. */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { found } from '../../../scripts/prepare.mjs';
import { from, installProgram, type Site, site, yes } from './site.ts';

installProgram();

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOfTheMachineItself';
const version = 'aws-cli/2.31.0 Python/3.13.7 Linux/6.12';

/** Deployed, with two machines; programs of these names say their arguments, ssh also what it is to know of hosts. */
async function deployed(programs: readonly string[], says = version) {
  const it = await site();
  expect((await it.run(yes)).code).toBe(0);
  it.aws.account.machines.set('i-0aa', 'shop-production/web').set('i-0bb', 'shop-production/gluster-1');
  it.aws.account.machines.set('i-0cc', 'another/web');
  it.aws.s3.put('shop-production-artifacts', 'reports/web/i-0aa.keys', `${key} root@ip-10-0-0-5\n`);
  const bin = join(it.dir, 'bin');
  await mkdir(bin);
  const scripts: Record<string, string> = {
    aws: `#!/bin/sh\nif [ "$1" = --version ]; then echo '${says}'; exit; fi\necho "aws $*" >>${bin}/called\ncat "\${8#file://}" >>${bin}/sent\n`,
    ssh: `#!/bin/sh\nfor word; do printf '%s\\n' "$word"; case $word in UserKnownHostsFile=*) echo "knows: $(cat "\${word#*=}")" ;; esac; done\nexit 7\n`,
  };
  for (const name of programs) {
    await writeFile(join(bin, name), scripts[name] ?? '');
    await chmod(join(bin, name), 0o755);
  }
  const path = [bin, dirname(process.execPath), '/usr/bin', '/bin'].join(':');
  return { ...it, bin, ssh: (...args: string[]) => it.run(['ssh', ...args], { PATH: path }) };
}
const text = (ran: Awaited<ReturnType<Site['run']>>) => from(ran.stderr, 'bootdev: ').replaceAll(/\s+/g, ' ').trim();

test('ssh knows the host by what the machine said, and gets a key of this session', async (context) => {
  if (!found('ssh-keygen')) return context.skip('ssh-keygen is not installed');
  const { ssh, bin } = await deployed(['aws', 'ssh']);
  const { readFile, access } = await import('node:fs/promises');
  const ran = await ssh('web', 'uptime', '-p');
  expect(ran.code, ran.stderr).toBe(7);
  expect(ran.stdout).toContain(`knows: i-0aa ${key}\n`);
  const said = ran.stdout.replaceAll(/=\/\S+\/(key|known_hosts)$/gm, '=FOLDER/$1').split('\n');
  expect(said.filter((word) => word !== '-o' && !/^(?:knows|$)/.test(word))).toEqual([
    ...['IdentitiesOnly=yes', 'IdentityFile=FOLDER/key', 'StrictHostKeyChecking=yes'],
    ...['UserKnownHostsFile=FOLDER/known_hosts', 'GlobalKnownHostsFile=/dev/null', 'HostKeyAlias=i-0aa'],
    'ServerAliveInterval=15',
    'ProxyCommand=aws ec2-instance-connect open-tunnel --instance-id i-0aa --region eu-west-1',
    ...['admin@i-0aa', 'uptime', '-p'],
  ]);
  const [, file = ''] = /IdentityFile=(\S+)/.exec(ran.stdout) ?? [];
  expect(await readFile(join(bin, 'called'), 'utf8')).toBe(
    `aws ec2-instance-connect send-ssh-public-key --instance-id i-0aa --instance-os-user admin --ssh-public-key file://${file}.pub --region eu-west-1\n`,
  );
  expect(await readFile(join(bin, 'sent'), 'utf8')).toMatch(/^ssh-ed25519 \S+ \S+@\S+\n$/);
  await expect(access(dirname(file))).rejects.toThrow('ENOENT');
});

test('a machine that is not there, one that has said no keys, and no client', async () => {
  const { ssh } = await deployed(['aws', 'ssh']);
  expect(text(await ssh('solr'))).toBe(
    'bootdev: There is no machine solr in shop-production. → bootdev ssh gluster-1|web',
  );
  expect(text(await ssh('i-0cc'))).toContain('There is no machine i-0cc');
  expect(text(await ssh('gluster-1'))).toMatch(
    /^bootdev: i-0bb has not said its host keys.*→ aws ec2-instance-connect ssh .*--instance-id i-0bb/,
  );
  const old = await deployed(['aws', 'ssh'], 'aws-cli/1.46.2 Python/3.13.7');
  expect(text(await old.ssh('web'))).toContain('version 2, leads to a machine; here it is aws-cli/1.46.2.');
});
