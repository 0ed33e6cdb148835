/** One replica that is as desired; each test changes one thing of it. */
import { describe, expect, it } from 'vitest';
import type { Container } from '../../../src/io/docker.ts';
import { allMachines, usedMachines } from '../../../src/machines/table.ts';
import type { Report } from '../../../src/replica/report.ts';
import { diff } from '../../../src/replica/up/diff.ts';
import type { Observed } from '../../../src/replica/up/observe.ts';
import { completeSettings } from '../../../src/settings/schema.ts';

const settings = completeSettings({
  ...{ site: { name: 'shop' }, search: { engine: 'none' }, files: { store: 'volume' } },
});
const kinds = usedMachines(settings).map(({ kind }) => kind);
const code = 'c0de'.repeat(16);

const desired = {
  machines: allMachines(settings),
  images: { from: 'packages' as const, ca: '', tags: new Map(usedMachines(settings).map(({ image }) => [image, '1'])) },
  lines: new Map(kinds.map((kind) => [kind, `${kind}-digest ${kind}-target`])),
  code: { name: code, emptyFolders: undefined },
  shape: 'shape',
};

const containers = new Map<string, Container>(
  desired.machines.map(({ name, machine: { kind, image } }) => [
    name,
    {
      ...{ id: `id of ${name}`, service: kind, number: 1, address: '' },
      ...{ state: 'running', health: 'healthy', image: `bootdev/${image}:1` },
    },
  ]),
);
const reports = new Map<string, Report>(
  desired.machines.map(({ name, machine: { kind } }) => [
    name,
    {
      ...{ machine: name, kind, digest: `${kind}-digest`, target: `${kind}-target` },
      ...{ desired: `${kind}-digest`, desiredTarget: `${kind}-target` },
      ...{ release: kind === 'web' ? code : '', now: '', differs: [], programs: [] },
    },
  ]),
);
const remembered = { shape: 'shape', emptyFolders: undefined };
const observed: Observed = { containers, reports, healthy: new Set(), ...remembered, certificateIsDue: false };

const nothing = { changes: [], serving: [], compose: false, upgraded: [], failing: [], ended: [], silent: [] };

/** The scenario with other containers or reports of some machines; undefined: none. */
function withMachines({
  container = {},
  report = {},
}: {
  container?: Record<string, Partial<Container> | undefined>;
  report?: Record<string, Partial<Report> | undefined>;
}): Observed {
  const changed = <Value>(all: ReadonlyMap<string, Value>, changes: Record<string, Partial<Value> | undefined>) =>
    new Map(
      [...all].flatMap(([name, value]) =>
        name in changes && changes[name] === undefined ? [] : [[name, { ...value, ...changes[name] }] as const],
      ),
    );
  return { ...observed, containers: changed(containers, container), reports: changed(reports, report) };
}
const changed = ({ changes }: ReturnType<typeof diff>) => changes.map(({ name }) => name);

it('is nothing where all is as desired', () => {
  expect(diff(observed, desired)).toEqual(nothing);
});

it('is all of it where nothing is', () => {
  const nobody = { containers: new Map(), reports: new Map(), healthy: new Set<string>() };
  const empty = { ...nobody, shape: undefined, emptyFolders: undefined, certificateIsDue: true };
  expect(diff(empty, desired)).toEqual({ ...nothing, compose: true, load: { release: true, first: true } });
});

describe('compose', () => {
  it.each([
    ['it was asked for something else', { ...observed, shape: 'other' }],
    ['it was never asked', { ...observed, shape: undefined }],
    ['a machine is missing', withMachines({ container: { lb: undefined } })],
    ['a machine does not run', withMachines({ container: { lb: { state: 'created' } } })],
    ['a machine is of another image', withMachines({ container: { lb: { image: 'bootdev/lb:0' } } })],
    ['its image was built again', withMachines({ container: { lb: { image: 'sha256:1234' } } })],
    [
      'there is one too many',
      { ...observed, containers: new Map([...containers, ['web-3', containers.get('web-2') as Container]]) },
    ],
  ])('has to do where %s', (_name, seen) => {
    expect(diff(seen, desired).compose).toBe(true);
  });

  it('names the machines that get another image, and no other', () => {
    const seen = withMachines({ container: { mysql: { image: 'bootdev/mysql:0' }, lb: { state: 'created' } } });
    expect(diff(seen, desired).upgraded).toEqual(['mysql']);
  });

  it('has nothing to do for files, and for a machine that is not healthy yet', () => {
    const seen = withMachines({ container: { lb: { health: 'starting' } }, report: { lb: { digest: 'other' } } });
    expect(diff(seen, desired).compose).toBe(false);
  });
});

describe('changes in place', () => {
  it('are for each machine whose live files or target are others', () => {
    const seen = withMachines({ report: { 'web-2': { digest: 'other' }, mail: { target: 'other' } } });
    expect(diff(seen, desired)).toEqual({
      ...nothing,
      changes: [
        { name: 'web-2', container: containers.get('web-2'), digest: 'web-digest', target: 'web-target' },
        { name: 'mail', container: containers.get('mail'), digest: 'mail-digest', target: 'mail-target' },
      ],
    });
  });

  it('are not for a machine that gets another image: it boots from what is desired', () => {
    const other = { image: 'bootdev/web:0' };
    const seen = withMachines({ container: { 'web-1': other }, report: { 'web-1': { digest: 'other' } } });
    expect(changed(diff(seen, desired))).toEqual([]);
  });

  it('are not for a machine that says nothing; it is asked again later', () => {
    const { silent, changes } = diff(withMachines({ report: { 'web-1': undefined } }), desired);
    expect({ silent, changes }).toEqual({ silent: ['web-1'], changes: [] });
  });
});

describe('the volumes', () => {
  const elsewhere = (kind: string) => ({ desired: `${kind}-old`, digest: `${kind}-old` });

  it('get the bundle where a kind boots from another one; machines that only activate files do not wait', () => {
    const seen = withMachines({ report: { 'web-1': elsewhere('web'), 'web-2': elsewhere('web') } });
    const { load, changes } = diff(seen, desired);
    expect(load).toEqual({ release: false, first: false });
    expect(changes).toHaveLength(2);
  });

  it('are enough as one machine of a kind sees them', () => {
    expect(diff(withMachines({ report: { 'web-1': elsewhere('web') } }), desired).load).toBeUndefined();
  });

  it('get it where no machine of a kind can say what it boots from, before machines start', () => {
    const seen = withMachines({ container: { mysql: { state: 'exited' } }, report: { mysql: undefined } });
    expect(diff(seen, desired).load).toEqual({ release: false, first: true });
  });

  it('get the code where it has other empty folders, which its digest does not tell', () => {
    const load = { release: true, first: true };
    for (const [before, now] of [
      [undefined, 'a'],
      ['a', undefined],
      ['a', 'b'],
    ]) {
      const found = diff(
        { ...observed, emptyFolders: before },
        { ...desired, code: { name: code, emptyFolders: now } },
      );
      expect(found.load).toEqual(load);
    }
  });

  it('get the code where another release is served', () => {
    const other = { release: 'older' };
    const seen = withMachines({ report: { 'web-1': other, 'web-2': other } });
    const { serving, ...rest } = diff(seen, desired);
    expect({ ...rest, serving: [] }).toEqual({ ...nothing, load: { release: true, first: true } });
    expect(serving.map(({ name }) => name)).toEqual(['web-1', 'web-2']);
  });

  it('get a certificate before the balancer reads its files again', () => {
    const { load, changes } = diff({ ...observed, certificateIsDue: true }, desired);
    expect(load).toEqual({ release: false, first: true });
    expect(changes.map(({ name }) => name)).toEqual(['lb']);
  });
});

it('says which containers keep ending, and which ended', () => {
  const seen = withMachines({ container: { mysql: { state: 'restarting' }, mail: { state: 'exited' } } });
  const { failing, ended } = diff(seen, desired);
  expect(failing.map(({ id }) => id)).toEqual(['id of mysql']);
  expect(ended.map(({ id }) => id)).toEqual(['id of mail']);
});
