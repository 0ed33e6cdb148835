/** What the docker client is given, by one that says it. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { run } from '../../src/io/command.ts';
import { compose } from '../../src/io/compose.ts';

const client = `#!/bin/sh
env | sort
case "$*" in *fails*) exit 17;; *build*) echo "holds: $(ls -A "$BUILDX_CONFIG")"; echo mine >"$BUILDX_CONFIG/current";; esac
`;

beforeEach(async () => {
  const dir = await mkdtemp(join(tmpdir(), 'bootdev-client-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  await writeFile(join(dir, 'docker'), client, { mode: 0o755 });
  vi.stubEnv('PATH', `${dir}:${process.env.PATH}`);
  for (const name of ['SOLR_VERSION', 'COMPOSE_PROFILES', 'BUILDX_BUILDER', 'DOCKER_CONTEXT']) vi.stubEnv(name, 'mine');
  onTestFinished(() => void vi.unstubAllEnvs());
});

const replica = () => compose({ files: [], envFile: 'none', project: 'p', signal: new AbortController().signal });
const foreign = /^(?:SOLR_VERSION|COMPOSE_PROFILES|BUILDX_BUILDER)=/m;

async function linesOf(lines: AsyncGenerator<string, void>): Promise<string> {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  return all.join('\n');
}

test('every call of the client has the shell’s way to the engine, and no other variable of it (E9)', async () => {
  const { stdout } = await run('docker', ['info'], { env: { EXTRA: '1' } });
  for (const text of [stdout, await replica().run(['up']), await linesOf(replica().follow(['logs']))]) {
    expect(text).toContain('DOCKER_CONTEXT=mine');
    expect(text).not.toMatch(foreign);
  }
  expect(stdout).toContain('EXTRA=1');
  expect((await run('env', [])).stdout).toContain('SOLR_VERSION=mine');
});

test('a build knows no builder but the engine’s, and leaves nothing (E1, E7)', async () => {
  const text = await linesOf(replica().build('web'));
  expect(text).not.toMatch(foreign);
  expect(text).toContain('DOCKER_BUILDKIT=1');
  expect(text).toMatch(/^holds: $/m);
  const folder = /^BUILDX_CONFIG=(.*)$/m.exec(text)?.[1] ?? '';
  expect(folder).toMatch(/bootdev-buildx-/);
  expect(existsSync(folder)).toBe(false);
  await expect(linesOf(replica().build('fails'))).rejects.toThrow(
    '`docker compose build fails` ended with exit code 17',
  );
});
