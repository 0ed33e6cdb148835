/** Before the tests of the projects `emulator` and `instance`: one emulator for all of them, in a container that is removed afterwards. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import type { TestProject } from 'vitest/node';
import { caBundle } from '../../../src/host/ca-bundle.ts';
import { readIfPossible } from '../../../src/io/files.ts';
import { imageOf, setup as setupImages } from '../../scenarios/images.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Endpoint for AWS_ENDPOINT_URL. */
    emulator: string;
  }
}

const folder = import.meta.dirname;

/** It is provided at the root, where both projects of one run find it. */
export default async function start({ vitest }: TestProject) {
  const root = vitest.getRootProject();
  if (root.getProvidedContext().emulator) return;
  const given = process.env.BOOTDEV_EMULATOR;
  if (given) {
    await untilItAnswers(given);
    root.provide('emulator', given);
    return;
  }
  const image = await build();
  const id = (await execa('docker', ['run', '--detach', '--publish', '127.0.0.1::4566', image])).stdout;
  const remove = () => execa('docker', ['rm', '--force', '--volumes', id]);
  try {
    const { stdout } = await execa('docker', ['port', id, '4566/tcp']);
    const url = `http://${stdout.split('\n')[0]}`;
    await untilItAnswers(url, id);
    root.provide('emulator', url);
  } catch (error) {
    await remove();
    throw error;
  }
  return async () => {
    await remove();
  };
}

/** The image's name; it is built when this folder or the base has changed. */
async function build(): Promise<string> {
  await setupImages();
  const base = await imageOf('base');
  if (!base) throw new Error('there is no base image: bootdev up builds it');
  const hash = createHash('sha256').update(base);
  for (const name of readdirSync(folder).sort())
    if (/^Dockerfile$|\.(?:py|txt)$/.test(name)) hash.update(name).update(readFileSync(join(folder, name)));
  const image = `bootdev/emulator:${hash.digest('hex').slice(0, 12)}`;
  if ((await execa('docker', ['image', 'inspect', image], { reject: false })).exitCode === 0) return image;
  const [, uv = ''] = /^UV_VERSION=(.*)$/m.exec(readFileSync('docker/versions.env', 'utf8')) ?? [];
  const ca = await caBundle(process.env, readIfPossible);
  await execa(
    'docker',
    [
      ...['build', '--quiet', '--tag', image, '--build-arg', `BASE=${base}`, '--build-arg', `UV_VERSION=${uv}`],
      ...(ca ? ['--secret', `id=ca,src=${ca}`] : []),
      ...['--secret', 'id=uv,src=docker/roles/s3/uv.txt'],
      folder,
    ],
    { env: { DOCKER_BUILDKIT: '1' } },
  );
  return image;
}

async function untilItAnswers(url: string, id?: string): Promise<void> {
  for (const end = performance.now() + 120_000; performance.now() < end; ) {
    // Against a clock: a connection that Docker's proxy cuts before LocalStack listens can leave fetch unsettled, and then nothing
    // keeps the process alive: vitest ended without a test and without a word.
    const asked = fetch(`${url}/_localstack/health`).catch(() => undefined);
    const answer = await Promise.race([asked, pause(2_000)]);
    if (answer?.ok) return;
    await pause(300);
  }
  const log = id ? (await execa('docker', ['logs', '--tail', '30', id], { all: true, reject: false })).all : '';
  throw new Error(`the emulator at ${url} does not answer\n${log}`);
}
