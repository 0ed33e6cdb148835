/** docker/roles/nginx: why.js names what cache.conf counts. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string) => readFileSync(`docker/roles/nginx/${path}`, 'utf8');

test('the same headers are credentials', () => {
  const [, list = ''] = /const credentials = \[([^\]]+)\]/.exec(read('root/etc/nginx/why.js')) ?? [];
  const named = [...list.matchAll(/'([\w-]+)'/g)].map(([, name = '']) => name.toLowerCase().replaceAll('-', '_'));
  const cache = read('variants/cache/on/etc/nginx/cache.conf');
  const [, map = ''] = /^map "((?:\$http_\w+)+)" \$has_credentials/m.exec(cache) ?? [];
  const counted = [...map.matchAll(/\$http_([a-z_]+?)(?=\$|$)/g)].map(([, name = '']) => name);
  expect(named.length).toBeGreaterThan(10);
  expect(named.sort()).toEqual(counted.sort());
});
