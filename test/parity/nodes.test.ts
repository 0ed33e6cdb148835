import { expect, test } from 'vitest';
import { installedBy, nodesOf } from '../../src/parity/sides/nodes.ts';

const now = new Date('2026-11-24T12:00:00Z');
const report = (kind: string, instance: string, minutes: number, more: object = {}) => ({
  key: `reports/${kind}/${instance}.json`,
  at: new Date(now.getTime() - minutes * 60_000),
  text: JSON.stringify({
    kind,
    digest: 'd1',
    release: 'r1',
    differs: [],
    programs: [],
    packages: { nginx: '1' },
    ...more,
  }),
});

test('one node per report; its age is the time since it was stored', () => {
  expect(nodesOf([report('web', 'i-0a', 4)], now)).toMatchObject([
    { instance: 'i-0a', kind: 'web', age: 240, found: { digest: 'd1', release: 'r1' } },
  ]);
});

test('a report of another version may have less or more', () => {
  const [node] = nodesOf(
    [report('solr', 'i-0b', 1, { packages: undefined, weather: 'fine', differs: ['etc/x'] })],
    now,
  );
  expect(node?.found).toMatchObject({ differs: [{ path: 'etc/x', line: 0 }], capacity: {}, architecture: '' });
});

test('the newest report of an instance counts', () => {
  const nodes = nodesOf([report('web', 'i-0a', 9, { digest: 'old' }), report('admin', 'i-0a', 2)], now);
  expect(nodes).toMatchObject([{ kind: 'admin', age: 120 }]);
});

test('what is not a report, or of an unknown kind, is ignored', () => {
  const broken = { ...report('web', 'i-0a', 1), text: '<html>' };
  expect(nodesOf([broken, report('spaceship', 'i-0b', 1)], now)).toEqual([{ instance: 'i-0a', kind: 'web' }]);
});

test('instances that no longer exist are left out, running ones that never reported are listed', () => {
  const running = new Map([
    ['i-0a', 'web'],
    ['i-0c', 'web'],
  ] as const);
  expect(nodesOf([report('web', 'i-0a', 1), report('web', 'i-0b', 2)], now, running)).toMatchObject([
    { instance: 'i-0a', age: 60 },
    { instance: 'i-0c', kind: 'web' },
  ]);
});

test('names of the packages in a manifest', () => {
  const manifest =
    'aa debs/nginx_1.26.3-3+deb13u1_amd64.deb\nbb debs/php8.4-fpm_8.4.11-1_amd64.deb\ncc debs/Packages\ndd roles/1-nginx.sh\n';
  expect([...installedBy(manifest)]).toEqual(['nginx', 'php8.4-fpm']);
});
