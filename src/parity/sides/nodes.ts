/** Each node's last report: reports/<kind>/<instance>.json, one object per instance, overwritten every few minutes. */
import { z } from 'zod';
import { type Kind, machines } from '../../machines/table.ts';
import { readReport } from '../../replica/report.ts';
import type { Capacity, Node } from './sides.ts';

/** The part of a report that parity reads; another version of bootdev may report more. */
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
  /** When it was stored. */
  at: Date;
}

/**
 * One node per instance, by kind and name. `running`: the instances that EC2 has now, with their kind; undefined where that is not
 * known (then only a report's age tells whether its node exists). Reports of instances that no longer exist are left out.
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

/** undefined: that is not a report, so the node has not reported. */
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

/** Names of the packages in a manifest of packages: lines `sha256 debs/<name>_<version>_<architecture>.deb`. */
export function installedBy(manifest: string): Set<string> {
  return new Set([...manifest.matchAll(/ debs\/([^_/\s]+)_[^/\s]*\.deb$/gm)].map(([, name]) => name as string));
}
