/** What the s3 machine keeps: two lives of its LocalStack on one volume say the same of every object (docs/decisions/0026-s3-store.md). */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { imageOf } from '../scenarios/images.ts';

interface Said {
  objects: Record<string, Record<string, unknown>>;
  bucket: string[];
  files: number;
}

/** One process a step, all in one container. */
async function lives(...steps: string[]): Promise<Said[]> {
  const image = (await imageOf('s3')) ?? '';
  const script = await readFile('test/docker/s3-store.py', 'utf8');
  const each = steps
    .map((step) => `PYTHONDONTWRITEBYTECODE=1 /opt/localstack/bin/python /tmp/store.py ${step}`)
    .join(' && ');
  const mount = `type=bind,src=${resolve('docker/roles/s3/root/lib/s3')},dst=/lib-s3,readonly`;
  const { stdout } = await execa(
    'docker',
    [
      'run',
      '--rm',
      '-i',
      '--network',
      'none',
      '--mount',
      mount,
      '--entrypoint',
      'sh',
      image,
      '-c',
      `cat >/tmp/store.py; ${each}`,
    ],
    { input: script },
  );
  return stdout.split('\n').map((line) => JSON.parse(line) as Said);
}

test('objects are after a start what they were before, in all that S3 says of them', async () => {
  const [before, after, again] = await lives('write', 'load', 'load');
  expect(Object.keys(before?.objects ?? {})).toHaveLength(9);
  expect(before?.objects.tagged).toMatchObject({
    tags: [{ Key: 'new', Value: 'tag' }],
    Metadata: "{'from': 'a test'}",
  });
  expect(before?.objects.twice).toMatchObject({ bytes: 'second' });
  expect(before?.objects['in parts']?.ETag).toMatch(/-2"$/);
  expect(after?.objects).toEqual(before?.objects);
  expect(after?.bucket).toEqual(before?.bucket);
  expect(after?.files).toBe(9); // of each key one
  expect(again).toEqual(after);
});

test('a volume of 0.1.0 is read', async () => {
  const [said] = await lives('old', 'load');
  expect(said?.objects.old).toMatchObject({ bytes: 'hello', ContentType: 'text/x', Metadata: "{'a': 'b'}" });
});
