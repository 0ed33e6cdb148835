import { setTimeout } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { describe, expect, test, vi } from 'vitest';
import type { Event } from '../../src/events.ts';
import { show } from '../../src/screen/show.tsx';
import { begin, changed, healthy, play, whole } from './events.ts';
import { fakeStreams, keys, settled } from './terminal.tsx';

describe('in a pipe', () => {
  test('progress to stderr, addresses to stdout, nothing but text', async () => {
    const { stdout, stderr, asProcess } = fakeStreams(false);
    expect(await show(play(whole, 'result'), asProcess)).toBe('result');
    expect(stdout.written).toBe('site  http://shop.localhost:8080\nmail  http://127.0.0.1:8025\n');
    expect(stderr.written).toContain('✓ mysql healthy  5.0 s\n');
    expect(stderr.written).toContain('next  bootdev down\n');
    expect(stderr.written).not.toContain('\u001b');
  });

  test('an empty line between tables', async () => {
    const { stdout, asProcess } = fakeStreams(false);
    await show(play([healthy, healthy], undefined), asProcess);
    const tables = stdout.written.split('\n\n');
    expect(tables).toHaveLength(2);
    expect(tables[1]).toBe(`${tables[0]}\n`);
  });

  test('wide characters keep the columns', async () => {
    const { stdout, asProcess } = fakeStreams(false);
    const volumes = [
      { name: '日本_code', bytes: 2_000_000 },
      { name: 'shop_code', bytes: 1_000_000 },
    ];
    await show(play([{ type: 'disk', disk: { volumes, images: [], old: [], oldPackages: [] } }], true), asProcess);
    const sizes = stdout.written.split('\n').filter((line) => line.includes('_code'));
    expect(sizes.map((line) => stringWidth(line.slice(0, line.indexOf('MB'))))).toEqual([51, 51]);
  });

  test('a step that finishes at once is one line, a long one also shows its start', async () => {
    const { stderr, asProcess } = fakeStreams(false);
    const step = (id: string, state: 'start' | 'done'): Event => ({ type: 'step', id, text: id, state });
    await show(
      (async function* () {
        yield step('quick', 'start');
        yield step('quick', 'done');
        yield step('long', 'start');
        await setTimeout(600);
        yield step('long', 'done');
      })(),
      asProcess,
    );
    expect(stderr.written).toBe('✓ quick\n● long\n✓ long\n');
  });

  test('an error is thrown again, after the lines before it', async () => {
    const { stderr, asProcess } = fakeStreams(false);
    await expect(show(failing(), asProcess)).rejects.toThrow('mysql ended');
    expect(stderr.written).toContain('bootdev up · shop');
  });
});

describe('progress', () => {
  const started: Event = { type: 'step', id: 'x', text: 'import files', state: 'start' };
  const far: Event = {
    ...{ type: 'progress', id: 'x', text: 'import files' },
    ...{ bytes: 1_200_000_000, total: 3_400_000_000, seconds: 12 },
  };
  const done: Event = { ...started, state: 'done' };

  test('is one line of a terminal, written over', async () => {
    const { stderr, asProcess } = fakeStreams(true);
    await show(play([started, far, { ...far, bytes: 2_400_000_000, seconds: 24 }, done], undefined), asProcess);
    expect(stripVTControlCharacters(stderr.written)).toBe(
      '● import files  1.2 GB of 3.4 GB · 100.0 MB/s · 22.0 s left\r' +
        '● import files  2.4 GB of 3.4 GB · 100.0 MB/s · 10.0 s left\r✓ import files\n',
    );
  });

  test('is not in a pipe', async () => {
    const { stderr, asProcess } = fakeStreams(false);
    await show(play([started, far, done], undefined), asProcess);
    expect(stderr.written).toBe('✓ import files\n');
  });
});

describe('as JSON', () => {
  test('one event per line; a status is the object itself', async () => {
    const { stdout, stderr, asProcess } = fakeStreams(true);
    await show(play([begin, changed], undefined), { ...asProcess, json: true });
    const lines = stdout.written
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toEqual([begin, changed.type === 'status' && changed.status]);
    expect(stderr.written).toBe('');
  });
});

describe('on a terminal', () => {
  test('the last frame stays, the cursor and the line mode are restored', async () => {
    const { stdin, stdout, asProcess } = fakeStreams(true);
    expect(await show(slowly(whole), asProcess)).toBe('result');
    expect(stdout.written).toContain('http://shop.localhost:8080');
    expect(stdout.written.lastIndexOf('\u001b[?25h')).toBeGreaterThan(stdout.written.lastIndexOf('\u001b[?25l'));
    expect([stdin.wasRaw, stdin.isRaw]).toEqual([true, false]);
  });

  test('after an error too', async () => {
    const { stdin, stdout, asProcess } = fakeStreams(true);
    await expect(show(failing(), asProcess)).rejects.toThrow('mysql ended');
    expect(stdout.written).toContain('not ready');
    expect(stdout.written.lastIndexOf('\u001b[?25h')).toBeGreaterThan(stdout.written.lastIndexOf('\u001b[?25l'));
    expect(stdin.isRaw).toBe(false);
  });

  test('Ctrl-C asks the caller to stop, and the engine ends by itself', async () => {
    const { stdin, asProcess } = fakeStreams(true);
    const stop = new AbortController();
    const called = vi.fn(() => stop.abort());
    const result = show(untilAborted(stop.signal), { ...asProcess, stop: called, signal: stop.signal });
    await vi.waitFor(() => expect(stdin.isRaw).toBe(true), { timeout: 10_000 });
    await settled();
    stdin.type(keys.ctrlC);
    expect(await result).toBe('stopped');
    expect(called).toHaveBeenCalledOnce();
  });

  test('a verb without machines is plain lines, so that a question can be asked between them', async () => {
    const { stdin, stdout, stderr, asProcess } = fakeStreams(true);
    const done: Event = { type: 'done', text: 'Nothing to do.' };
    await show(play([{ type: 'begin', verb: 'doctor', project: '' }, done], true), asProcess);
    expect(stdin.wasRaw).toBe(false);
    expect(stdout.written).toBe('');
    expect(stderr.written).toBe('\u001b[1mbootdev doctor\u001b[0m\nNothing to do.\n');
  });
});

async function* failing(): AsyncGenerator<Event, never> {
  yield begin;
  await setTimeout(10);
  throw new Error('mysql ended');
}

async function* slowly(events: Event[]): AsyncGenerator<Event, string> {
  for (const event of events) {
    yield event;
    await setTimeout(5);
  }
  return 'result';
}

async function* untilAborted(signal: AbortSignal): AsyncGenerator<Event, string> {
  yield begin;
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
  return 'stopped';
}
