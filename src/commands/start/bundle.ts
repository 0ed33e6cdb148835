import { resolve } from 'node:path';
import { findFolder, show } from '../call.ts';
import type { Command } from '../command.ts';

export const bundle: Command<{ out: string }> = {
  name: 'bundle',
  description: 'Write the configuration files of every machine',
  options: { '-o, --out <dir>': { description: 'A folder that does not exist yet', required: true } },

  async run(call) {
    const { writeBundle } = await import('../../project/write-bundle.ts');
    const { packageRoot } = await import('../../project/paths.ts');
    const { readSources } = await import('../../project/sources.ts');
    const { readOwnConfig } = await import('../../project/own-config/read.ts');
    const { loadSettings } = await import('../../settings/load.ts');
    const dir = await findFolder(call);
    const { settings } = await loadSettings({ dir, set: call.flags.set });
    const [sources, own] = await Promise.all([readSources(packageRoot), readOwnConfig(dir)]);
    await show(writeBundle({ settings, sources, own }, { out: resolve(call.flags.out) }), call);
  },
};
