import { findFolder } from '../call.ts';
import type { Command } from '../command.ts';

export const config: Command<{ defaults?: boolean }> = {
  name: 'config',
  description: 'Show each setting, its value and its source',
  arguments: { '[path]': 'A setting or a section, such as cache.ttl or cache' },
  options: { '--defaults': 'Show every setting with its default and its meaning; reads no file' },

  async run(call) {
    const [path] = call.args;
    const { defaults = false, json, set } = call.flags;
    const { configRows, configText, defaultRows } = await import('../../settings/config.ts');
    const { loadSettings } = await import('../../settings/load.ts');
    const rows = defaults
      ? defaultRows(path)
      : configRows(await loadSettings({ dir: await findFolder(call), set }), path);
    const text = json ? JSON.stringify(rows, null, 2) : configText(rows, defaults ? 'description' : 'origin');
    process.stdout.write(`${text}\n`);
  },
};
