import { Interrupted } from '../../errors.ts';

/** Ctrl-C stops the watching, not AWS: said in these words wherever it happens. */
export function stopped(title: string): Interrupted {
  return new Interrupted(
    `${title} goes on in AWS. See it: bootdev promote --watch   Take it back: bootdev promote --cancel   The rest: bootdev promote`,
  );
}
