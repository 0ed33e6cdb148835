/** Docker's configuration may give each container a proxy (E6): which of ours takes it. Read as the client reads the files. */
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { composeFiles } from '../../src/project/compose-files.ts';
import { completeSettings, type SettingsInput } from '../../src/settings/schema.ts';
import { readComposeFiles } from '../fakes/engine/compose-files.ts';

const names = ['http_proxy', 'https_proxy', 'ftp_proxy', 'all_proxy'].flatMap((name) => [name, name.toUpperCase()]);

test.each<SettingsInput>([
  {},
  { database: { engine: 'mariadb' }, search: { engine: 'none' }, files: { store: 'volume' } },
])('no machine does; a tool of the developer may need it: %j', async (raw) => {
  const dir = await mkdtemp(join(tmpdir(), 'bootdev-proxies-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const images = [
    'LB',
    'WEB',
    'ADMIN',
    'MEMCACHED',
    'S3',
    'MAIL',
    'BASE',
    'LOADER',
    'BUILDER',
    'XDEBUG',
    'GLUSTER',
    'MARIADB',
    'MYSQL',
    'SOLR',
  ];
  writeFileSync(join(dir, 'env'), images.map((name) => `BOOTDEV_IMAGE_${name}=x\n`).join(''));
  const files = composeFiles(completeSettings(raw)).map((name) => join('compose', name));
  const { services } = readComposeFiles(files, join(dir, 'env'));
  const machines = [...services.values()].filter(({ profiles }) => profiles.length === 0);
  expect(machines.length).toBeGreaterThan(6);
  for (const { name, environment } of machines)
    for (const proxy of names) expect(environment[proxy], `${proxy} of ${name}`).toBe('');
  const { environment } = services.get('tool') ?? {};
  expect(environment).toMatchObject({ BOOTDEV_MACHINE: 'tool', NO_COLOR: '1' });
  for (const proxy of names) expect(environment).not.toHaveProperty(proxy);
});

test('what a tool asks of the machines goes by no proxy', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'bootdev-proxies-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const target =
    'DB_HOST=mysql\nS3_ENDPOINT=http://s3:4566\nSOLR_URL=\nSITE_URL=https://shop.localhost:8443\nMEMCACHED=m-1:11211\n';
  writeFileSync(join(dir, 'target.env'), target);
  const [neighbours] = /^neighbours\(\) \{[\s\S]*?^\}/m.exec(readFileSync('docker/roles/base/machine', 'utf8')) ?? [];
  const script = `state=$1; ${neighbours}; neighbours`;
  const { stdout } = await execa('bash', ['-euc', script, 'bash', dir]);
  expect(stdout).toBe('mysql,s3,shop.localhost');
});
