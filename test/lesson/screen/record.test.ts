import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { record, recorded } from '../../../src/lesson/screen/record.ts';
import { fakeStreams } from '../../screen/terminal.tsx';

async function file(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bootdev-record-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return join(folder, 'lesson.cast');
}

test("a recording is asciinema's, and is there line by line", async () => {
  const path = await file();
  let now = 5;
  const recording = record(path, { columns: 80, rows: 24, now: () => now });
  now = 6.25;
  recording.write('\u001b[1mwlc\u001b[0m\n');
  const lines = async () =>
    (await readFile(path, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  expect(await lines()).toEqual([
    { version: 2, width: 80, height: 24, title: 'bootdev lvs' },
    [1.25, 'o', '\u001b[1mwlc\u001b[0m\n'],
  ]);
  now = 7;
  recording.resize(120, 40);
  recording.end();
  expect((await lines()).at(-1)).toEqual([2, 'r', '120x40']);
});

test('a file that is there stays', async () => {
  const path = await file();
  record(path, { columns: 80, rows: 24 }).end();
  expect(() => record(path, { columns: 80, rows: 24 })).toThrow(`${path} is there already.`);
  expect(() => record(join(path, 'x'), { columns: 80, rows: 24 })).toThrow('cannot be written');
});

test('what the terminal is sent goes both ways, as long as something records', () => {
  const { stdout, asProcess } = fakeStreams(true);
  const written: string[] = [];
  let recording: Parameters<typeof recorded>[1] = () => undefined;
  const both = recorded(asProcess.stdout, () => recording());
  both.write('one');
  recording = () => ({ write: (text) => written.push(text), resize: () => undefined, end: () => undefined });
  both.write('two');
  expect(stdout.written).toBe('onetwo');
  expect(written).toEqual(['two']);
  expect(both.columns).toBe(80);
});
