/** `bootdev config`: each setting, its value and where the value comes from. */
import { exitCode, UserError } from '../errors.ts';
import { catalogue } from './catalogue.ts';
import { closest } from './closest.ts';
import type { LayerName, Origin } from './layers.ts';
import { type Loaded, placeOf } from './load.ts';
import { valueAt } from './tree.ts';

export interface ConfigRow extends Origin {
  path: string;
  value: unknown;
  description: string;
}

/** All rows, or those at and below `path` (`cache`, `cache.ttl`). */
export function configRows({ settings, origin }: Loaded, path?: string): ConfigRow[] {
  const rows = [...catalogue.values()].map((setting) => ({
    path: setting.path,
    value: valueAt(settings, setting.path),
    description: setting.description,
    ...(origin.get(setting.path) ?? { layer: 'default' as const }),
  }));
  return below(rows, path);
}

/** Every setting with its default. It needs no project, so it helps when the settings are not valid. */
export function defaultRows(path?: string): ConfigRow[] {
  const rows = [...catalogue.values()].map(({ path: name, fallback, description }) => ({
    path: name,
    value: fallback,
    description,
    layer: 'default' as const,
  }));
  return below(rows, path);
}

function below(rows: ConfigRow[], path?: string): ConfigRow[] {
  if (path === undefined) return rows;
  const found = rows.filter((row) => row.path === path || row.path.startsWith(`${path}.`));
  if (found.length > 0) return found;
  const meant = closest(path, catalogue.keys());
  throw new UserError(`${path} is not a setting${meant ? `; did you mean ${meant}?` : '.'}`, {
    hint: 'bootdev config lists every setting',
    code: exitCode.usage,
  });
}

const layerWords: Partial<Record<LayerName, string>> = { derived: 'from other settings' };

/** Rows in columns: path, value, and the one that `last` names. */
export function configText(rows: readonly ConfigRow[], last: 'origin' | 'description' = 'origin'): string {
  const table = rows.map(
    (row) => [row.path, shown(row.value), last === 'origin' ? originText(row) : row.description] as const,
  );
  // A long list does not push what follows out of sight.
  const widest = (column: 0 | 1) => Math.max(...table.map((row) => row[column].length).filter((width) => width <= 40));
  const [first, second] = [widest(0), widest(1)];
  return table.map(([path, value, text]) => `${path.padEnd(first)}  ${value.padEnd(second)}  ${text}`).join('\n');
}

function originText(row: ConfigRow): string {
  return placeOf(row) || (layerWords[row.layer] ?? row.layer);
}

function shown(value: unknown): string {
  const text = String(value); // a list: its words with commas, as --set takes it
  return text === '' ? "''" : text;
}
