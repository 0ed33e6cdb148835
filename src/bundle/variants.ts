import type { Settings } from '../settings/schema.ts';

/**
 * The bundle has no conditionals inside files: where settings decide, they decide between whole files.
 * A role keeps alternatives as `variants/<name>/<alternative>/<path>`; the chosen one becomes `<path>`.
 */
const variants: Record<string, (settings: Settings) => string> = {
  cache: (settings) => (settings.cache.enabled ? 'on' : 'off'),
  https: (settings) => settings.balancer.https,
  sticky: (settings) => settings.balancer.sticky,
  cron: (settings) => (settings.cron.enabled ? 'on' : 'off'),
};

/** Path in the machine's tree, or undefined when another alternative is chosen. */
export function chosenPath(path: string, settings: Settings): string | undefined {
  const [folder, name = '', alternative, ...rest] = path.split('/');
  return folder === 'variants' && variants[name]?.(settings) === alternative ? rest.join('/') : undefined;
}
