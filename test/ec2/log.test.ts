/** docker/ec2/boot's `logs`, with a journal of ours and the fake of CloudWatch that refuses what the real one does. With systemd: test/instance. */
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { bootProgram } from '../../src/cloud/plan/boot-program.ts';
import { readFolder } from '../../src/io/folder.ts';
import { FakeAws } from '../fakes/aws.ts';

const group = 'shop-production-bootstrap-MachineLog-1';
const hour = 3_600_000;

/** A line of the journal, as `journalctl -o json --all` prints it. */
interface Line {
  text: string | number[];
  unit?: string;
  /** Milliseconds. */
  time?: number;
  more?: Record<string, string>;
}

async function machine() {
  const dir = await mkdtemp(join(tmpdir(), 'bootdev-log-'));
  const aws = await new FakeAws().start();
  aws.logs.groups.set(group, new Set());
  const metadata = createServer(({ url = '' }, response) => {
    const keys = { AccessKeyId: 'AKIAFAKE', SecretAccessKey: 'secret', Token: 'token' };
    const said = /role$/.test(url) ? JSON.stringify(keys, null, 1) : /credentials\/$/.test(url) ? 'role' : 'i-0aa';
    response.end(said);
  });
  await new Promise<void>((ready) => metadata.listen(0, '127.0.0.1', ready));
  onTestFinished(async () => {
    metadata.close();
    await aws.stop();
    await rm(dir, { recursive: true });
  });
  for (const name of ['bin', 'state']) await mkdir(join(dir, name));
  const text = bootProgram(await readFolder('docker'))
    .toString()
    .replace('</etc/bootdev/instance.env', `<${dir}/instance.env`)
    .replace('state=/var/lib/bootdev', `state=${dir}/state`)
    .replace('/run/bootdev-logs', join(dir, 'run'))
    .replace(' PATH=', ` PATH=${dir}/bin:`);
  await writeFile(join(dir, 'boot'), text);
  const env = { BOOTDEV_REGION: 'eu-west-1', BOOTDEV_KIND: 'web', BOOTDEV_NAME: '', BOOTDEV_LOG_GROUP: group };
  await writeFile(
    join(dir, 'instance.env'),
    Object.entries(env)
      .map((pair) => `${pair.join('=')}\n`)
      .join(''),
  );
  // Lines from the one after the cursor on; the cursors are their numbers.
  const journalctl = `#!/bin/sh\nfor word; do case $word in --after-cursor=*) from=$((\${word#*=} + 1)) ;; esac; done\ntail -n +\${from:-1} ${dir}/journal\n`;
  await writeFile(join(dir, 'bin', 'journalctl'), journalctl);
  await chmod(join(dir, 'bin', 'journalctl'), 0o755);
  let lines = 0;
  return {
    aws,
    dir,
    async write(...all: Line[]) {
      const json = all.map(({ text, unit = 'bootdev@nginx.service', time = Date.now(), more = {} }) =>
        JSON.stringify({
          ...{ PRIORITY: '6', MESSAGE: text, __CURSOR: String(++lines), __REALTIME_TIMESTAMP: String(time * 1000) },
          ...{ _SYSTEMD_UNIT: unit, ...more },
        }),
      );
      await writeFile(join(dir, 'journal'), json.map((line) => `${line}\n`).join(''), { flag: 'a' });
    },
    /** What it says itself. */
    async run(more: Record<string, string> = {}) {
      const place = `http://127.0.0.1:${(metadata.address() as AddressInfo).port}`;
      const env = { AWS_ENDPOINT_URL: aws.url, AWS_EC2_METADATA_SERVICE_ENDPOINT: place, ...more };
      const { stderr, exitCode } = await execa('bash', [join(dir, 'boot'), 'logs'], { env, reject: false });
      expect(exitCode, stderr).toBe(0);
      return stderr;
    },
    arrived: () => aws.logs.events.map(({ message }) => message),
  };
}

test('what programs and boot say arrives once, in order of time; what only tells that something started does not', async () => {
  const { aws, write, run, arrived } = await machine();
  const now = Date.now();
  const systemd = { UNIT: 'bootdev@nginx.service' };
  await write(
    { text: 'GET "/a\\b"\ttab ä', time: now - 1000 },
    { text: 'earlier, though it was written later', time: now - 2000, unit: 'bootdev@php-fpm.service' },
    { text: [27, 91, 51, 49, 109, 82, 34, 92], time: now },
    { text: 'Accepted publickey', unit: 'ssh.service' },
    { text: 'Starting…', unit: 'init.scope', more: systemd },
    { text: 'Main process exited', unit: 'init.scope', more: { ...systemd, PRIORITY: '5' }, time: now + 1 },
    { text: 'free: 10 % of the disk', unit: 'bootdev-report.service', time: now + 2 },
    { text: 'Out of memory', unit: '', more: { _TRANSPORT: 'kernel', PRIORITY: '3' }, time: now + 3 },
    { text: 'eth0: link up', unit: '', more: { _TRANSPORT: 'kernel' } },
  );
  const all = [
    ...['php-fpm | earlier, though it was written later', 'nginx | GET "/a\\b"\ttab ä', 'nginx | ?[31mR"\\'],
    ...['nginx | Main process exited', 'boot | free: 10 % of the disk', 'kernel | Out of memory'],
  ];
  expect(await run()).toBe('');
  expect(arrived()).toEqual(all);
  expect(new Set(aws.logs.events.map(({ logStreamName }) => logStreamName))).toEqual(new Set(['web/i-0aa']));
  expect(aws.logs.events[1]?.timestamp).toBe(now - 1000);
  expect(await run()).toBe('');
  await write({ text: 'one more' });
  await run();
  await run();
  expect(arrived()).toEqual([...all, 'nginx | one more']);
});

test('what was not accepted is said, and arrives the next time', async () => {
  const { aws, write, run, arrived } = await machine();
  await write({ text: 'first' });
  aws.refused.add('logs');
  expect(await run()).toMatch(/^boot: the log was not accepted: .*AccessDenied/);
  await write({ text: 'second' });
  aws.refused.clear();
  expect(await run()).toBe('');
  expect(arrived()).toEqual(['nginx | first', 'nginx | second']);
});

test('batches are as CloudWatch takes them: number, size, a day; a line too long, and lines too old', async () => {
  const { aws, write, run, arrived } = await machine();
  const now = Date.now();
  await write(...Array.from({ length: 12_000 }, (_, n) => ({ text: `many ${n}`, time: now - 60_000 + n })));
  await write(...Array.from({ length: 12 }, (_, n) => ({ text: `${n} ${'"ä'.repeat(45_000)}` }))); // each quote becomes two bytes
  await write({ text: 'x'.repeat(300_000) });
  await write({ text: 'two days ago', time: now - 48 * hour }, { text: 'now' });
  expect(await run()).toBe('');
  const said = arrived();
  expect(said.length).toBe(12_000 + 12 + 3);
  expect(said.filter((line) => /^nginx \| \d+ "ä/.test(line)).map((line) => line.length)).toContain(90_010);
  expect(said).toContain('nginx | a line of 300000 bytes: the journal on the machine has it');
  expect(new Set(said).size).toBe(said.length);
  expect(aws.logs.batches).toBeGreaterThan(5);
  await write({ text: 'long ago', time: now - 20 * 24 * hour });
  expect(await run()).toMatch(/^boot: lines were not accepted, and are in the journal alone: .*tooOldLogEventEndIndex/);
  expect(await run()).toBe('');
});

test('a program that says too much is left out for the rest of the day, and the next day says how much that was', async () => {
  const { dir, write, run, arrived } = await machine();
  const most = { BOOTDEV_LOG_BYTES: '500000' };
  await write(...Array.from({ length: 40 }, (_, n) => ({ text: `${n} ${'x'.repeat(20_000)}` })));
  await write({ text: 'an error', unit: 'bootdev@php-fpm.service' });
  await run(most);
  await write({ text: 'and more' });
  await run(most);
  const [first = '', ...rest] = arrived().filter((line) => !/x{9}$/.test(line));
  expect(first).toBe('nginx | more than 0.5 MB today: the rest is left out here, and is in the journal on the machine');
  expect(rest).toEqual(['php-fpm | an error']);
  const file = join(dir, 'state', 'logs', 'today');
  const today = await readFile(file, 'utf8');
  await writeFile(file, today.replaceAll(/^\S+/gm, '2026-01-01'));
  await write({ text: 'of php only', unit: 'bootdev@php-fpm.service' });
  await run(most);
  await write({ text: 'good morning' });
  await run(most);
  expect(arrived().slice(-3)).toEqual([
    'php-fpm | of php only',
    'nginx | 17 lines were left out here on 2026-01-01',
    'nginx | good morning',
  ]);
});
