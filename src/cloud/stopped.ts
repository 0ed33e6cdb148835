import { Interrupted, UserError } from '../errors.ts';

/** Ctrl-C stops the watching, not AWS: said in these words wherever it happens. */
export function stopped(title: string): Interrupted {
  return new Interrupted(
    `${title} goes on in AWS. See it: bootdev promote --watch   Take it back: bootdev promote --cancel   The rest: bootdev promote`,
  );
}

/** By its name: the class itself stands in io/. */
export const isNoAnswer = (error: unknown): error is UserError =>
  error instanceof UserError && /does not answer/.test(error.message);
