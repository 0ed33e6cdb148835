import { exitCode, UserError } from '../errors.ts';

/** Names of containers and stacks are made of it, and AWS limits their length. Throws UserError. */
export function checkEnvironmentName(name: string): void {
  if (/^[a-z][a-z0-9]{0,11}$/.test(name)) return;
  throw new UserError(`"${name}" is not a valid environment name.`, {
    hint: 'use a lower-case letter, then up to 11 lower-case letters and digits: --env staging',
    code: exitCode.usage,
  });
}
