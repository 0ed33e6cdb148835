import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { emptyFolder, start } from './bootdev.ts';

/** A project whose engine answers as told; `asked` resolves when the program's request has come. */
async function project(answer: RequestListener) {
  const dir = await emptyFolder();
  await writeFile(join(dir, 'bootdev.yaml'), '');
  const socket = join(dir, 'docker.sock');
  const engine = createServer(answer).listen(socket);
  await once(engine, 'listening');
  onTestFinished(() => engine.closeAllConnections());
  return { dir, env: { DOCKER_HOST: `unix://${socket}` }, asked: once(engine, 'request') };
}

const nothingRuns: RequestListener = (_request, response) => response.end('[]');
const oneRuns: RequestListener = (_request, response) => {
  const Labels = { 'com.docker.compose.service': 'web', 'com.docker.compose.container-number': '1' };
  response.end(
    JSON.stringify([{ Id: 'a1', Labels, State: 'running', Status: 'Up 2 minutes (healthy)', Image: 'web' }]),
  );
};
const silence: RequestListener = () => {};

test.each(['SIGINT', 'SIGTERM'] as const)('%s ends what watches: exit code 130, and nothing to say', async (signal) => {
  const { dir, env, asked } = await project(nothingRuns);
  const running = start(['status', '--watch', '--json'], dir, env);
  await asked;
  await once(running.stdout, 'data');
  running.kill(signal);
  const { exitCode, stderr } = await running;
  expect({ exitCode, stderr }).toEqual({ exitCode: 130, stderr: '' });
});

test('the first Ctrl-C lets a command that runs another one end in order', async () => {
  const { dir, env } = await project(oneRuns);
  const docker = `#!/bin/sh\ntrap 'echo orderly >ended; exit 0' TERM\necho 'web-1  | hello'\nwhile :; do sleep 0.05; done\n`;
  await writeFile(join(dir, 'docker'), docker, { mode: 0o755 });
  const running = start(['logs', '--follow'], dir, { ...env, PATH: `${dir}:${process.env.PATH}` });
  await once(running.stdout, 'data');
  running.kill('SIGINT');
  const { exitCode, signal } = await running;
  expect({ exitCode, signal }).toEqual({ exitCode: 130, signal: undefined });
  expect(await readFile(join(dir, 'ended'), 'utf8')).toBe('orderly\n');
});

test('Ctrl-C twice does not wait for what never answers', async () => {
  const { dir, env, asked } = await project(silence);
  const running = start(['status'], dir, env);
  await asked;
  const again = setInterval(() => running.kill('SIGINT'), 50);
  const { signal } = await running;
  clearInterval(again);
  expect(signal).toBe('SIGINT');
});
