import { UserError } from '../errors.ts';
import type { Target, TargetName } from '../machines/target.ts';
import type { Settings } from '../settings/schema.ts';

const placeholder = /\{\{\s*(settings|derived)\.([A-Za-z0-9.]+)\s*\}\}/g;
const leftover = /\{\{[^}\n]*\}\}/;
const targetPlaceholder = /@([A-Z][A-Z0-9_]*)@/g;

/**
 * First stage: `{{settings.cache.ttl}}` becomes the setting's value, `{{derived.nginxTimeout}}` what derived.ts makes of settings. A name
 * that is neither, or any other `{{…}}`, is an error.
 * Throws UserError that names file and line.
 */
export function fillSettings(
  text: string,
  { settings, derived }: { settings: Settings; derived: Readonly<Record<string, string>> },
  path: string,
): string {
  const filled = text.replace(placeholder, (whole, kind: string, name: string) => {
    const value = kind === 'derived' ? derived[name] : lookUp(settings, name);
    if (value === undefined) throw wrong(text, whole, path, 'is not a setting');
    return String(value);
  });
  const left = leftover.exec(filled);
  if (left) throw wrong(filled, left[0], path, 'is not a placeholder that bootdev knows');
  return filled;
}

/** Second stage, checked early: every `@NAME@` must be in the machine's target. */
export function checkTargetNames(text: string, names: ReadonlySet<string>, path: string): void {
  for (const [whole, name] of text.matchAll(targetPlaceholder)) {
    if (!names.has(name as string)) throw wrong(text, whole, path, "is not in this machine's target");
  }
}

/** Second stage, as a machine does it (docker/roles/base/machine): a name without a value stays as it stands. */
export function fillTarget(text: string, target: Target): string {
  return text.replace(targetPlaceholder, (whole, name: TargetName) => target[name] ?? whole);
}

function lookUp(settings: Settings, name: string): string | number | boolean | undefined {
  let value: unknown = settings;
  for (const key of name.split('.')) value = (value as Record<string, unknown> | undefined)?.[key];
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
}

function wrong(text: string, what: string, path: string, why: string): UserError {
  const line = text.slice(0, text.indexOf(what)).split('\n').length;
  return new UserError(`${path}, line ${line}: ${what} ${why}.`, {
    hint: 'remove it from the file, or use a name of src/machines or src/settings/schema.ts',
  });
}
