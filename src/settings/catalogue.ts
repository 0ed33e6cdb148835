/** The settings as a list, read from the schema: for messages, `config`, the environment and the documentation. */
import { z } from 'zod';
import { settingsSchema } from './schema.ts';

export interface Setting {
  /** 'cache.ttl' */
  path: string;
  description: string;
  /** Its default; undefined for a section that has no settings yet. */
  fallback: unknown;
  schema: z.ZodType;
}

/** Sections by name with their title, e.g. cache → 'The micro-cache'. */
export const sections = new Map<string, string>();

/** In the order of the schema. */
export const catalogue: ReadonlyMap<string, Setting> = new Map(
  walk(settingsSchema).map((setting) => [setting.path, setting]),
);

/** The name under which a setting is read from the environment: php.memoryLimit → BOOTDEV_SET_PHP_MEMORY_LIMIT. */
export function variableOf(path: string): string {
  return `BOOTDEV_SET_${path
    .replace(/([A-Z])/g, '_$1')
    .replaceAll('.', '_')
    .toUpperCase()}`;
}

/** Text from a flag or a variable as the setting's own type: unchanged where the setting accepts text, else as a number or a boolean. */
export function fromText(path: string, text: string): unknown {
  if (catalogue.get(path)?.schema.safeParse(text).success) return text;
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : text;
}

function walk(schema: z.ZodType, path = ''): Setting[] {
  const inner = schema instanceof z.ZodPrefault ? (schema.unwrap() as z.ZodType) : schema;
  if (inner instanceof z.ZodObject) {
    if (path) sections.set(path, schema.description ?? '');
    return Object.entries(inner.shape).flatMap(([key, child]) =>
      walk(child as z.ZodType, path ? `${path}.${key}` : key),
    );
  }
  const fallback = schema.safeParse(undefined).data;
  return [{ path, description: schema.description ?? '', fallback, schema }];
}
