/** What a node said last: reports/<kind>/<instance>.json, one object an instance, written over every few minutes. */
import { z } from 'zod';
import { type Kind, machines } from '../../machines/table.ts';
import { readReport } from '../../replica/report.ts';
import type { Capacity, Node } from './sides.ts';

/** What parity reads of it; a report of another bootdev may say more. */
const reportSchema = z.object({
  digest: z.string(),
  release: z.string().default(''),
  capacity: z.record(z.string(), z.string()).default({}),
  architecture: z.string().default(''),
  packages: z.record(z.string(), z.string()).default({}),
});

export interface StoredReport {
  key: string;
  text: string;
  /** When the store got it. */
  at: Date;
}

/**
 * One node an instance, by kind and name. `running`: instances that are there now by kind, as EC2 has them; undefined where that is
 * not to be had (then a report's age alone says whether its node is there). Reports of instances that are gone are left out.
 */
export function nodesOf(reports: readonly StoredReport[], now: Date, running?: ReadonlyMap<string, Kind>): Node[] {
  const nodes = new Map<string, Node>();
  for (const { key, text, at } of reports) {
    const [, kind, instance] = /^reports\/([a-z0-9]+)\/([\w.-]+)\.json$/.exec(key) ?? [];
    if (!instance || !isKind(kind) || (running && !running.has(instance))) continue;
    const age = Math.max((now.getTime() - at.getTime()) / 1000, 0);
    const found = foundOf(kind, text);
    const before = nodes.get(instance);
    if (!before || (before.age ?? age) > age) nodes.set(instance, { instance, kind, ...(found ? { age, found } : {}) });
  }
  for (const [instance, kind] of running ?? [])
    if (isKind(kind) && !nodes.has(instance)) nodes.set(instance, { instance, kind });
  return [...nodes.values()].sort((a, b) => (a.kind + a.instance < b.kind + b.instance ? -1 : 1));
}

const isKind = (kind = ''): kind is Kind => machines.some((machine) => machine.kind === kind);

/** undefined: that is no report, so the node has said nothing. */
function foundOf(kind: Kind, text: string): Node['found'] {
  try {
    const { digest, release, capacity, architecture, packages } = reportSchema.parse(JSON.parse(text));
    const { differs } = readReport(text);
    return {
      ...{ kind, digest, release, differs, architecture },
      capacity: capacity as Capacity,
      packages: new Map(Object.entries(packages)),
    };
  } catch {
    return undefined;
  }
}

/** Names of the packages in a packages artifact: lines `sha256 debs/<name>_<version>_<architecture>.deb`. */
export function installedBy(manifest: string): Set<string> {
  return new Set([...manifest.matchAll(/ debs\/([^_/\s]+)_[^/\s]*\.deb$/gm)].map(([, name]) => name as string));
}
