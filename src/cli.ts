#!/usr/bin/env node
/** The program: argv → command → exit code. Loads next to nothing itself, so that `--version` is as quick as node. */
import { exitCode, Interrupted, report, UserError } from './errors.ts';
import { version } from './version.ts';

async function main(args: readonly string[]): Promise<number> {
  if (args[0] === '--version' || args[0] === '-V') {
    process.stdout.write(`${version}\n`);
    return exitCode.done;
  }
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    const onSignal = () => {
      stop.abort(new Interrupted());
      // A second signal ends the process at once; we send it ourselves when an orderly end takes too long. Not process.once():
      // signal-exit (in execa and Ink) would then find itself the only listener and end the process at the first.
      setImmediate(() => process.off(name, onSignal));
      setTimeout(() => process.kill(process.pid, name), 10_000).unref();
    };
    process.on(name, onSignal);
  }
  try {
    const { run } = await import('./commands/program.ts');
    const code = await run(args, stop.signal);
    return stop.signal.aborted ? exitCode.interrupted : code;
  } catch (error) {
    // After a stop, what fails because of it is not worth reporting; a sentence for the user still is.
    const { text, code } = report(stop.signal.aborted && !(error instanceof UserError) ? new Interrupted() : error);
    process.stderr.write(`${text}\n`);
    return stop.signal.aborted ? exitCode.interrupted : code;
  }
}

// A reader that closes early (`bootdev config | head -1`) is not a failure.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
  if (code === 'EPIPE') return;
  process.stderr.write(`bootdev: the output cannot be written: ${code === 'ENOSPC' ? 'the disk is full' : code}.\n`);
  process.once('exit', () => {
    process.exitCode = exitCode.failed;
  });
});

process.exitCode = await main(process.argv.slice(2));
