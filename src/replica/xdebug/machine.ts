/** The replica's machine for debugging, while it is on: one more than the settings ask for, and in nothing that goes to AWS. */
import { type Bundle, makeBundle, makeXdebugBundle } from '../../bundle/bundle.ts';
import { allMachines, type Machine, machineOf, usedMachines } from '../../machines/table.ts';
import type { Context } from '../../project/context.ts';

type Deps = Pick<Context, 'settings' | 'state'>;

/** A CDN ends a request after a minute, and would answer from its cache: there is no debugging through one. */
export const isOn = ({ settings, state }: Deps) => state.xdebug === true && !settings.cdn.enabled;

const machine = machineOf('xdebug') as Machine;

/** Every machine of the replica, in the table's order. */
export const replicaMachines = (context: Deps) => [
  ...allMachines(context.settings),
  ...(isOn(context) ? [{ name: machine.kind, machine }] : []),
];

export const replicaKinds = (context: Deps) => [...usedMachines(context.settings), ...(isOn(context) ? [machine] : [])];

/** `root` is that of what would be promoted, whether debugging is on or not. */
export function replicaBundle({ settings, state, sources, own }: Deps & Pick<Context, 'sources' | 'own'>): Bundle {
  const bundle = makeBundle(settings, sources.docker, own);
  if (!isOn({ settings, state })) return bundle;
  const xdebug = makeXdebugBundle(settings, sources.docker, own);
  return { ...bundle, machines: new Map(bundle.machines).set(xdebug.kind, xdebug) };
}
