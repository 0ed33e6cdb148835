/** Writes settings into a project's folder: bootdev.yaml from answers, and the JSON Schema that editors complete from. */
import { join } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import { readText, writeWhole } from '../io/files.ts';
import { catalogue, sections } from './catalogue.ts';
import { completeSettings, presetOf, type SettingsInput, settingsSchema } from './schema.ts';
import { isTree, leaves, merge, type Tree, treeOf, valueAt } from './tree.ts';

const schemaPath = '.bootdev/settings.schema.json';

/** bootdev.yaml as text: only what differs from the defaults and the preset, under a comment for each section. */
export function settingsText(answers: SettingsInput): string {
  completeSettings(answers); // throws, rather than writing what cannot be read again
  const preset = presetOf(answers as Tree);
  const chosen = [...leaves(answers as Tree)].filter(([path, value]) => {
    const usual = valueAt(preset, path) ?? catalogue.get(path)?.fallback;
    return value !== undefined && value !== null && value !== usual;
  });
  const tree = chosen.reduce<Tree>((sum, [path, value]) => merge(sum, treeOf(path, value)), {});
  const blocks = Object.keys(settingsSchema.shape)
    .filter((key) => key in tree)
    .map((key) => `# ${commentOf(key)}\n${stringify({ [key]: isTree(tree[key]) ? { ...tree[key] } : tree[key] })}`);
  const head = `# yaml-language-server: $schema=${schemaPath}\n# Only what differs from the defaults. All settings, and where each comes from: bootdev config\n`;
  return [head, ...blocks].join('\n');
}

function commentOf(key: string): string {
  return sections.get(key) ?? catalogue.get(key)?.description ?? key;
}

/** The JSON Schema (draft-07, which editors support best) of bootdev.yaml. */
export function settingsJsonSchema(): object {
  return { title: 'bootdev.yaml', ...z.toJSONSchema(settingsSchema, { io: 'input', target: 'draft-07' }) };
}

/** Writes the JSON Schema to the path that bootdev.yaml's first line names, unless it is there; git ignores the folder. */
export async function writeJsonSchema(dir: string): Promise<void> {
  const text = `${JSON.stringify(settingsJsonSchema(), null, 2)}\n`;
  if ((await readText(join(dir, schemaPath))) === text) return;
  await writeWhole(join(dir, '.bootdev', '.gitignore'), '*\n');
  await writeWhole(join(dir, schemaPath), text);
}

/** bootdev.yaml last: when it exists, everything exists. An existing one is replaced. */
export async function writeSettings(dir: string, answers: SettingsInput): Promise<void> {
  const text = settingsText(answers);
  await writeJsonSchema(dir);
  await writeWhole(join(dir, 'bootdev.yaml'), text);
}
