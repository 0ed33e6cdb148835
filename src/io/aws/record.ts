import { appendFileSync, writeFileSync } from 'node:fs';
import { exitCode, UserError } from '../../errors.ts';

const variable = 'BOOTDEV_AWS_CALLS';

/** For `Connection.onCall`: a line for each call, in the file that the variable names. Throws UserError when it cannot be written. */
export function recorder(file = process.env[variable]): { onCall?: (action: string) => void } {
  if (!file) return {};
  try {
    writeFileSync(file, '', { flag: 'a' });
  } catch (cause) {
    throw new UserError(`${variable}: ${(cause as Error).message}`, {
      hint: `${variable}=/tmp/calls, or another file that you may write to; or unset it`,
      ...{ cause, code: exitCode.usage },
    });
  }
  return { onCall: (action) => appendFileSync(file, `${action}\n`) };
}
