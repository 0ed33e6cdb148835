import { exitCode } from '../../errors.ts';
import { chooseMode } from '../../screen/mode.ts';
import { type Call, findFolder, hasSettings } from '../call.ts';
import { status } from '../replica/status.ts';
import { up } from '../replica/up.ts';
import { noSettings } from '../usage.ts';

/** `bootdev` alone: the wizard and then the replica, or the status where there are settings already. */
export async function start(call: Call): Promise<unknown> {
  const dir = await findFolder(call);
  if (await hasSettings(dir)) return status.run(call);
  if (!canDraw(call)) throw noSettings(dir);
  if (!(await runWizard(dir, call))) return exitCode.usage;
  return up.run(call);
}

/** The wizard needs a whole screen; a line can be asked on less. */
export const canDraw = ({ flags: { json } }: Call) => chooseMode({ json }) === 'ink';

/** True when it wrote bootdev.yaml, false when the person left it. */
export async function runWizard(dir: string, { signal }: Call): Promise<boolean> {
  const wizard = await import('../../wizard/run.tsx');
  return (await wizard.runWizard({ dir, signal })) === 'written';
}
