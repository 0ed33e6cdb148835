import { exitCode, UserError } from '../errors.ts';

/** The replica in which a backup is rehearsed. */
export const scratchEnvironment = 'rehearsal';
/** What stands beside environments in .bootdev/, or is one of bootdev's own: who called his so would lose it. */
const taken = [scratchEnvironment, 'packages'];

/** Names of containers and stacks are made of it, and AWS limits their length. Throws UserError. */
export function checkEnvironmentName(name: string): void {
  if (taken.includes(name))
    throw new UserError(`"${name}" is an environment of bootdev's own.`, {
      hint: 'use another name: --env staging',
      code: exitCode.usage,
    });
  if (/^[a-z][a-z0-9]{0,11}$/.test(name)) return;
  throw new UserError(`"${name}" is not a valid environment name.`, {
    hint: 'use a lower-case letter, then up to 11 lower-case letters and digits: --env staging',
    code: exitCode.usage,
  });
}
