/** A session on an instance: a key of its own, which the aws command line hands over, then ssh with this terminal. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { UserError } from '../../errors.ts';
import { failure, run } from '../command.ts';
import { temporaryFolder } from '../temporary.ts';

export interface Session {
  /** Lines of known_hosts. */
  knownHosts: string;
  /** Of the key: who it is. */
  comment: string;
  /** Arguments of `aws`, for the file of a private key. */
  sendKey: (key: string) => string[];
  /** Arguments of `ssh`. */
  ssh: (files: { key: string; knownHosts: string }) => string[];
  signal: AbortSignal;
}

/** ssh's exit code. Throws UserError where there is no client, or AWS refuses the key. */
export async function startSession({ knownHosts, comment, sendKey, ssh, signal }: Session): Promise<number> {
  const folder = await temporaryFolder('bootdev-ssh');
  try {
    const files = { key: join(folder, 'key'), knownHosts: join(folder, 'known_hosts') };
    await writeFile(files.knownHosts, knownHosts);
    await ensure('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', files.key], signal);
    await ensure('aws', sendKey(files.key), signal);
    const { exitCode } = await execa('ssh', ssh(files), { stdio: 'inherit', reject: false });
    return exitCode ?? 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function ensure(program: string, args: string[], signal: AbortSignal): Promise<void> {
  const ended = await run(program, args, { signal });
  if (ended.exitCode !== 0) throw failure(program, args, ended);
}

/** The aws command line opens the tunnel; its first version cannot. Throws UserError. */
export async function requireClient(signal: AbortSignal): Promise<void> {
  const { stdout, stderr, exitCode } = await run('aws', ['--version'], { signal });
  if (/^aws-cli\/(?:[2-9]|\d\d)/.test(stdout)) return;
  const is = exitCode === 127 ? 'is not installed' : `is ${(stdout || stderr).trim().split(' ')[0]}`;
  throw new UserError(`A tunnel of the aws command line, version 2, leads to a machine; here it ${is}.`, {
    hint: 'https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html',
  });
}
