/** The settings' side: digests and values from the bundle and the formula. */
import type { Bundle } from '../../bundle/bundle.ts';
import { fillTarget } from '../../bundle/placeholders.ts';
import type { Size } from '../../machines/capacity.ts';
import { type Kind, usedMachines } from '../../machines/table.ts';
import { isCapacity, type Target } from '../../machines/target.ts';
import type { Settings } from '../../settings/schema.ts';
import type { Service } from '../rows/accepted-differences.ts';
import type { Parameters } from './files.ts';
import { parameterFiles } from './replica.ts';
import type { Capacity, Desired } from './sides.ts';

/** `withCdn`: the bundle of these settings with a CDN. `targets`: the replica's, by kind. `sizes`: what one machine of a kind has in the replica. */
export function desiredSide(
  settings: Settings,
  { bundle, withCdn, release }: { bundle: Bundle; withCdn: Bundle; release: string },
  targets: ReadonlyMap<Kind, Target>,
  sizes: ReadonlyMap<Kind, Size>,
): Desired {
  const kinds = usedMachines(settings).map(({ kind }) => kind);
  const parameters = [...withCdn.machines].flatMap(([kind, { tree }]): [Service, Parameters][] => {
    const files = parameterFiles[kind];
    const texts = files?.paths.map((path) => tree.get(path)?.bytes.toString() ?? '') ?? [];
    const filled = texts.map((text) => fillTarget(text, targets.get(kind) ?? {}));
    return files ? [[kind as Service, files.read(filled, settings)]] : [];
  });
  return {
    settings,
    root: bundle.root,
    digests: new Map([...bundle.machines].map(([kind, { digest }]) => [kind, digest])),
    release,
    parameters: Object.fromEntries(parameters),
    sizes,
    capacity: new Map(kinds.map((kind) => [kind, capacityOf(targets.get(kind) ?? {})])),
  };
}

/** The lines of a target that depend on the machine's size. */
export const capacityOf = (target: Target): Capacity =>
  Object.fromEntries(Object.entries(target).filter(([name]) => isCapacity(name)));
