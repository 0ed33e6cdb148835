import { describe, expect, it } from 'vitest';
import { Interrupted } from '../../src/errors.ts';
import { failure, follow, run, stream } from '../../src/io/command.ts';

it('gives output and exit code', async () => {
  expect(await run('sh', ['-c', 'cat; echo bad >&2; exit 3'], { input: 'hello' })).toEqual({
    stdout: 'hello',
    stderr: 'bad',
    exitCode: 3,
  });
});

it('counts as a shell does', async () => {
  expect(await run('no-such-program', [])).toMatchObject({ exitCode: 127, stderr: 'no-such-program: not found' });
  expect(await run('/etc/passwd', [])).toMatchObject({ exitCode: 126 });
  expect(await run('sh', ['-c', 'kill -9 $$'])).toMatchObject({ exitCode: 137 });
  expect(await run('sleep', ['5'], { timeout: 50 })).toMatchObject({ exitCode: 124 });
});

describe('what goes in, in pieces', () => {
  const size = 1 << 18;
  const numbered = function* (count: number, end: () => void = () => undefined) {
    const buffer = Buffer.alloc(size);
    try {
      for (let number = 1; number <= count; number++) yield buffer.fill(String(number));
    } finally {
      end();
    }
  };

  it('is what each piece was, though all are in one buffer', async () => {
    const { stdout } = await run('sh', ['-c', 'sleep 0.1; fold -w 262144 | cut -c 1,262144'], { pieces: numbered(9) });
    expect(stdout.split('\n')).toEqual(['11', '22', '33', '44', '55', '66', '77', '88', '99']);
  });

  it('is over when the program is: what it said counts', async () => {
    let hasEnded = false;
    const pieces = numbered(1e6, () => {
      hasEnded = true;
    });
    const said = await run('sh', ['-c', 'head -c 3; echo full >&2; exit 65'], { pieces });
    expect(said).toEqual({ stdout: '111', stderr: 'full', exitCode: 65 });
    expect(hasEnded).toBe(true);
    expect(await run('no-such-program', [], { pieces: numbered(3) })).toMatchObject({ exitCode: 127 });
  });

  it('that cannot be made is the error, once the program has ended', async () => {
    const pieces = (function* () {
      yield* numbered(2);
      throw new Error('changed');
    })();
    await expect(run('cat', [], { pieces })).rejects.toThrow('changed');
  });
});

describe('what comes out, in pieces', () => {
  it('is not kept, and not read before it is taken', async () => {
    const pieces = stream('sh', ['-c', 'head -c 50000000 /dev/zero; echo late >&2; exit 4']);
    const before = process.memoryUsage().rss;
    let bytes = 0;
    for (;;) {
      const next = await pieces.next();
      if (next.done) {
        expect(next.value).toEqual({ stdout: '', stderr: 'late', exitCode: 4 });
        break;
      }
      bytes += next.value.length;
      if (bytes < 300_000) await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(bytes).toBe(50_000_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(40_000_000);
  });

  it('goes through with what goes in', async () => {
    let text = '';
    for await (const piece of stream('tr', ['a', 'b'], { pieces: [Buffer.from('aaa')] })) text += piece;
    expect(text).toBe('bbb');
  });

  it('ends the program when nobody takes more', async () => {
    for await (const piece of stream('yes', [])) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
  });
});

it('has an empty stdin', async () => {
  expect(await run('cat', [])).toMatchObject({ stdout: '', exitCode: 0 });
});

it('is interrupted by the signal, before and while it runs', async () => {
  const stop = new AbortController();
  const running = run('sleep', ['5'], { signal: stop.signal });
  stop.abort();
  await expect(running).rejects.toBeInstanceOf(Interrupted);
  await expect(run('true', [], { signal: stop.signal })).rejects.toBeInstanceOf(Interrupted);
});

it('follows lines of both streams', async () => {
  const lines = follow('sh', ['-c', 'echo one; sleep 0.05; echo two >&2; exit 4']);
  expect(await lines.next()).toEqual({ value: 'one', done: false });
  expect(await lines.next()).toEqual({ value: 'two', done: false });
  expect(await lines.next()).toMatchObject({ value: { exitCode: 4 }, done: true });
});

it('follows a program that is not there', async () => {
  expect(await follow('no-such-program', []).next()).toMatchObject({ value: { exitCode: 127 }, done: true });
});

it('is interrupted while it follows', async () => {
  const stop = new AbortController();
  const lines = follow('sh', ['-c', 'echo one; exec sleep 5'], { signal: stop.signal });
  await lines.next();
  stop.abort();
  await expect(lines.next()).rejects.toBeInstanceOf(Interrupted);
});

it('words a failure with the command line and the last lines', () => {
  const error = failure('docker', ['pull', 'x'], { stdout: '', stderr: 'first\nno such host\n', exitCode: 1 }, 'try');
  expect(error.message).toBe('`docker pull x` ended with exit code 1:\n  first\n  no such host');
  expect(error.hint).toBe('try');
});
