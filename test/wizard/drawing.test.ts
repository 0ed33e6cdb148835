import { expect, test } from 'vitest';
import { completeSettings } from '../../src/settings/schema.ts';
import { drawMachines } from '../../src/wizard/drawing.ts';

const drawn = (webs: number, memcached = 2) =>
  `\n${drawMachines(completeSettings({ web: { count: webs }, memcached: { count: memcached } })).join('\n')}\n`;

test('two web machines', () => {
  expect(drawn(2)).toBe(`
visitors ─▸ lb ─┬─▸ web 1 ─┬─▸ mysql
                └─▸ web 2 ─┼─▸ memcached 1 2
                    admin ─┼─▸ solr
                           ├─▸ gluster 1 2
                           ├─▸ s3
                           └─▸ mail
`);
});

test('one', () => {
  expect(drawn(1, 1)).toBe(`
visitors ─▸ lb ───▸ web 1 ─┬─▸ mysql
                    admin ─┼─▸ memcached 1
                           ├─▸ solr
                           ├─▸ gluster 1 2
                           ├─▸ s3
                           └─▸ mail
`);
});

test('six', () => {
  expect(drawn(6)).toBe(`
visitors ─▸ lb ─┬─▸ web 1 ─┬─▸ mysql
                ├─▸ web 2 ─┼─▸ memcached 1 2
                ├─▸ web 3 ─┼─▸ solr
                ├─▸ web 4 ─┼─▸ gluster 1 2
                ├─▸ web 5 ─┼─▸ s3
                └─▸ web 6 ─┼─▸ mail
                    admin ─┘
`);
});
