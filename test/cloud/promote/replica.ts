import { onTestFinished } from 'vitest';
import { makeBundle } from '../../../src/bundle/bundle.ts';
import { allMachines } from '../../../src/machines/table.ts';
import { openProject } from '../../../src/project/context.ts';
import { type FakeContainer, fakeDocker } from '../../fakes/docker.ts';
import { replicaState } from './site.ts';

/** A replica that has run everything, and the bundle it has: the environment in which it is found. */
export async function replica(dir: string, change: (all: FakeContainer[]) => void = () => {}) {
  const { settings, sources } = await openProject({ dir, signal: new AbortController().signal });
  const { root, machines } = makeBundle(settings, sources.docker);
  const all = allMachines(settings).map(({ name, machine }): FakeContainer => {
    const number = Number(/-(\d+)$/.exec(name)?.[1] ?? 1);
    const report = {
      kind: machine.kind,
      digest: machines.get(machine.kind)?.digest,
      programs: [],
      differs: [],
      release: '',
    };
    return { service: machine.own ? name : machine.kind, number, health: 'healthy', report };
  });
  change(all);
  const docker = await fakeDocker(dir, all);
  onTestFinished(() => void docker.stop());
  await replicaState(dir, { images: 'packages', rehearsed: root, shape: root });
  return docker.env;
}
