/** One word for a tool of the site's developer. */
import { exitCode, UserError } from '../../errors.ts';
import type { Context } from '../../project/context.ts';
import { isInteractive } from '../../screen/mode.ts';
import { type Call, openReplica, show } from '../call.ts';
import type { Command } from '../command.ts';

interface Tool {
  name: string;
  description: string;
  /** It works on the code: where that is a release of code.git, there is nothing to write. Else on the site, whatever code it has. */
  on: 'code' | 'site';
}

export const tool = ({ name, description, on }: Tool): Command => ({
  name,
  description,
  arguments: { '[arguments...]': 'Its own arguments and flags' },
  passThrough: 'all',

  async run(call) {
    const [words = []] = call.args as [string[]?];
    const context = await openReplica(call);
    const { mode, git } = context.settings.code;
    if (mode === 'live' || (on === 'code' && git === '')) return runTool(call, context, [name, ...words]);
    if (on === 'code') {
      throw new UserError(`A release of code.git is served, which ${name} must not change.`, {
        hint: 'bootdev deploy makes the next one, with Composer and npm; to work on the folder: code.mode: live in bootdev.local.yaml',
        code: exitCode.usage,
      });
    }
    const { exec } = await import('../../replica/exec.ts');
    return exec(context, 'admin', [name, ...words], { tty: isInteractive() });
  },
});

/** In a container of its own, which may write the folder. */
export async function runTool(call: Call, context: Context, command: string[]): Promise<number> {
  const verb = await import('../../replica/live/run.ts');
  await show(verb.prepare(context), call);
  return verb.run(context, command, { tty: isInteractive() });
}
