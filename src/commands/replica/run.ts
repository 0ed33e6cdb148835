import { openReplica } from '../call.ts';
import type { Command } from '../command.ts';
import { runTool } from '../tools/tool.ts';

export const run: Command = {
  name: 'run',
  description: 'Run a tool that may write the code, such as composer',
  arguments: { '<command...>': 'The command with its own flags' },
  passThrough: true,

  async run(call) {
    const [command = []] = call.args as [string[]?];
    return runTool(call, await openReplica(call), command);
  },
};
