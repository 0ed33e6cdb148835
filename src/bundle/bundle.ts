import { UserError } from '../errors.ts';
import { type Kind, type Machine, machineOf, rolesOf, usedMachines } from '../machines/table.ts';
import type { Settings } from '../settings/schema.ts';
import { derive } from './derived.ts';
import { rootDigest, sha256, treeManifest } from './digest.ts';
import { type Tree, type TreeFile, treeEntries, treeFile } from './files.ts';
import { noOwnConfig, type OwnConfig, refuseOwnConfig } from './own-config/own-config.ts';
import { addOwnConfig } from './own-config/trees.ts';
import { checkTargetNames, fillSettings } from './placeholders.ts';
import { choosePath } from './variants.ts';

/** What one kind of machine gets. */
interface MachineBundle {
  kind: Kind;
  tree: Tree;
  /** The lines that `digest` is the sha256 of. */
  manifest: Buffer;
  digest: string;
}

/** Everything that configures the architecture, as bytes. */
export interface Bundle {
  machines: ReadonlyMap<Kind, MachineBundle>;
  root: string;
}

/**
 * Settings, the files of docker/ and the site's own → every configuration file of every machine. Pure: equal input, equal bytes.
 * `sources`: path below docker/ → content. Throws UserError on a placeholder that cannot be filled, and on an own file that is refused.
 */
export function makeBundle(
  settings: Settings,
  sources: ReadonlyMap<string, Buffer>,
  own: OwnConfig = noOwnConfig,
): Bundle {
  refuseOwnConfig(own, { settings, docker: sources });
  const bundles = new Map<Kind, MachineBundle>();
  for (const machine of usedMachines(settings))
    bundles.set(machine.kind, makeMachineBundle(machine, settings, sources, own));
  const root = rootDigest(new Map([...bundles].map(([kind, { digest }]) => [kind, digest])));
  return { machines: bundles, root };
}

/** Seconds. Who debugs reads: so long may a request stand still. */
const patience = 3600;

/**
 * What the replica's machine for debugging gets: all that a web machine has, with other times, and without a cache. It is part of no `Bundle`,
 * and so of nothing that is rehearsed or promoted.
 */
export function makeXdebugBundle(
  settings: Settings,
  sources: ReadonlyMap<string, Buffer>,
  own: OwnConfig = noOwnConfig,
): MachineBundle {
  const { php, cache } = settings;
  const patient = { php: { ...php, maxExecutionTime: patience }, cache: { ...cache, enabled: false } };
  return makeMachineBundle(machineOf('xdebug') as Machine, { ...settings, ...patient }, sources, own);
}

function makeMachineBundle(
  machine: Machine,
  settings: Settings,
  sources: ReadonlyMap<string, Buffer>,
  own: OwnConfig,
): MachineBundle {
  const tree = new Map<string, TreeFile>();
  const names = new Set<string>(machine.target);
  const values: Values = { settings, derived: derive(settings, sources) };
  for (const role of rolesOf(machine, settings)) {
    for (const [source, bytes] of sources) {
      const path = pathOnMachine(role, source, settings);
      if (!path) continue;
      if (tree.has(path))
        throw new UserError(`Two roles of ${machine.kind} both have ${path}.`, {
          hint: `rename it in docker/roles/${role}`,
        });
      // The machine tool explains placeholders; it has none.
      tree.set(path, role === 'base' ? treeFile(bytes) : fillFile(bytes, values, names, `docker/${source}`));
    }
  }
  addOwnConfig(tree, rolesOf(machine, settings), own);
  const manifest = treeManifest(treeEntries(tree));
  return { kind: machine.kind, tree, manifest, digest: sha256(manifest) };
}

/** Files of the role `base` that are in every bundle; the others are in the image. */
const machineTool: ReadonlySet<string> = new Set(['machine', 'tree-digest.sh']);

/** Path of a file of docker/ on a machine that has the role; undefined: it is not part of the machine's bundle. */
function pathOnMachine(role: string, source: string, settings: Settings): string | undefined {
  const ofApplication = `apps/${settings.application}/${role}/`;
  if (source.startsWith(ofApplication)) return `app/${source.slice(ofApplication.length)}`;
  if (!source.startsWith(`roles/${role}/`)) return undefined;
  const path = source.slice(`roles/${role}/`.length);
  if (role === 'base') return machineTool.has(path) ? `bin/${path}` : undefined;
  if (path.startsWith('root/')) return path.slice('root/'.length);
  if (path.startsWith('run/')) return path;
  if (/^[a-z-]+\.sh$/.test(path)) return `roles/${role}/${path}`;
  return choosePath(path, settings);
}

/** What stands in for placeholders. */
type Values = Parameters<typeof fillSettings>[1];

function fillFile(bytes: Buffer, values: Values, names: ReadonlySet<string>, path: string): TreeFile {
  if (bytes.includes(0)) return treeFile(bytes); // not text
  const text = fillSettings(bytes.toString('utf8'), values, path);
  checkTargetNames(text, names, path);
  return treeFile(Buffer.from(text));
}
