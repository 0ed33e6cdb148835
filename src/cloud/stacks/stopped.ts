import { Interrupted } from '../../errors.ts';

/** Ctrl-C stops our waiting, not AWS: in the same words wherever it happens. */
export function stopped(title: string): Interrupted {
  return new Interrupted(
    `${title} continues in AWS. Watch it: bootdev promote --watch   Cancel it: bootdev promote --cancel   Do the rest: bootdev promote`,
  );
}
