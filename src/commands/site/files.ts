import { resolve } from 'node:path';
import { exitCode, UserError } from '../../errors.ts';
import { openReplica, show } from '../call.ts';
import type { Command } from '../command.ts';

interface FilesFlags {
  private?: boolean;
  below?: string;
  generated?: boolean;
}

export const files: Command<FilesFlags> = {
  name: 'files',
  description: 'Bring uploaded files in, or take them out',
  arguments: {
    '<action>': 'What to do: import, export or adopt',
    '[place]': 'A folder, an archive (.tar, .tar.gz, .zip), or - for a tar in a pipe',
  },
  options: {
    '--private': 'Private files instead of those that visitors can ask for',
    '--below <path>': 'Import only what is below this path of it, such as wp-content/uploads',
    '--generated': 'Export also what the site makes again, such as image styles',
  },

  async run(call) {
    const [action = '', place] = call.args;
    const { private: isPrivate = false, below, generated = false } = call.flags;
    if (action === 'adopt') {
      const { adoptFiles } = await import('../../site/files/adopt.ts');
      return show(adoptFiles(await openReplica(call)), call);
    }
    if (action !== 'import' && action !== 'export') {
      throw new UserError(`"${action}" is not something that bootdev does to files.`, {
        hint: 'bootdev files import, bootdev files export or bootdev files adopt',
        code: exitCode.usage,
      });
    }
    if (place === undefined) {
      throw new UserError(action === 'import' ? 'What is to be imported?' : 'Where are the files to go?', {
        hint: `bootdev files ${action} FOLDER, or the name of an archive`,
        code: exitCode.usage,
      });
    }
    const path = place === '-' ? '-' : resolve(place);
    if (action === 'import') {
      const { importFiles } = await import('../../site/files/import.ts');
      return show(importFiles(await openReplica(call), { from: path, isPrivate, below }), call);
    }
    const { exportFiles } = await import('../../site/files/export.ts');
    const { writeOutput } = await import('../../io/terminal.ts');
    return show(exportFiles(await openReplica(call), { to: path, isPrivate, generated, write: writeOutput }), call);
  },
};
