import { resolve } from 'node:path';
import { exitCode, UserError } from '../../errors.ts';
import { findFolder, show } from '../call.ts';
import type { Command } from '../command.ts';

export const bundle: Command<{ out?: string; code?: string }> = {
  name: 'bundle',
  description: 'Write the configuration files of every machine',
  options: {
    '-o, --out <dir>': 'A folder that does not exist yet',
    '--code <file>': "The site's code as the tar that docker/loader takes (compose/README.md)",
  },

  async run(call) {
    const { out, code, set } = call.flags;
    if (!out && !code)
      throw new UserError("one of '--out <dir>' and '--code <file>' is required", {
        hint: 'bootdev help bundle',
        code: exitCode.usage,
      });
    const { writeBundle, writeCode } = await import('../../project/write-bundle.ts');
    const { packageRoot } = await import('../../io/environment/package.ts');
    const { readSources } = await import('../../project/sources.ts');
    const { readOwnConfig } = await import('../../project/own-config/read.ts');
    const { loadSettings } = await import('../../settings/load.ts');
    const dir = await findFolder(call);
    const [sources, own, loaded] = await Promise.all([
      readSources(packageRoot),
      readOwnConfig(dir),
      loadSettings({ dir, set }),
    ]);
    const { settings } = loaded;
    if (out) await show(writeBundle({ settings, sources, own }, { out: resolve(out) }), call);
    if (code) await show(writeCode({ dir, loaded, sources, signal: call.signal }, { file: resolve(code) }), call);
  },
};
