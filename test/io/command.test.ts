import { expect, it } from 'vitest';
import { Interrupted } from '../../src/errors.ts';
import { failure, follow, run } from '../../src/io/command.ts';

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
