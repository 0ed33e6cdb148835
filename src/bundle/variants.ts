import type { Settings } from '../settings/schema.ts';

/**
 * There are no conditionals inside files: settings choose between whole files.
 * A role has them as `variants/<name>/<alternative>/<path>`; of the chosen alternative it becomes `<path>`.
 */
const variants: Record<string, (settings: Settings) => string> = {
  cache: (settings) => (settings.cache.enabled ? 'on' : 'off'),
  warm: (settings) => settings.cache.warm,
  cdn: (settings) => (settings.cdn.enabled ? 'on' : 'off'),
  balancer: (settings) => settings.balancer.kind,
  mode: (settings) => settings.balancer.mode,
  https: (settings) => settings.balancer.https,
  sticky: (settings) => settings.balancer.sticky,
  cron: (settings) => (settings.cron.enabled ? 'on' : 'off'),
};

/** Path in the machine's tree; undefined when the settings choose another alternative. */
export function choosePath(path: string, settings: Settings): string | undefined {
  const [folder, name = '', alternative, ...rest] = path.split('/');
  return folder === 'variants' && variants[name]?.(settings) === alternative ? rest.join('/') : undefined;
}
