import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { dockerEngine } from '../../src/io/docker.ts';

/** An engine that gives one answer. */
async function answering(bytes: Buffer) {
  const dir = await mkdtemp(join(tmpdir(), 'bootdev-engine-'));
  const socket = join(dir, 'docker.sock');
  const server = createServer((_, response) => response.end(bytes));
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  onTestFinished(async () => {
    server.close();
    await rm(dir, { recursive: true });
  });
  return dockerEngine(`unix://${socket}`);
}

/** As the engine packs what a program writes: stream 1 or 2, length, text. */
function frame(stream: number, text: string): Buffer {
  const bytes = Buffer.from(text);
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
}

test("a log's last lines: both streams in their order, without the frames' headers", async () => {
  const frames = [frame(1, 'starts\n'), frame(2, 'no such luck\n'), frame(1, 'ends'), frame(1, ' here\n')];
  const docker = await answering(Buffer.concat(frames));
  expect(await docker.logTail('abc', 15)).toEqual(['starts', 'no such luck', 'ends here']);
});

test('a log that is empty has no lines', async () => {
  expect(await (await answering(Buffer.alloc(0))).logTail('abc', 15)).toEqual([]);
});
