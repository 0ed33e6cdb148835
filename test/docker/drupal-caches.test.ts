/** Which memcached nodes Drupal and Drupal 7 use (docker/roles/php-cli: drupal-family.php), while one of two hangs and comes back. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MemcachedNode, startMemcached } from './memcached.ts';
import { ask } from './visitor.ts';
import { startWebMachine, type WebMachine } from './web-machine.ts';

let machine: WebMachine;
let nodes: MemcachedNode[];
beforeAll(async () => {
  nodes = [await startMemcached(), await startMemcached()];
  const over = { MEMCACHED: addresses().join(',') };
  machine = await startWebMachine(join(import.meta.dirname, 'nodes-site'), { application: 'php' }, { over });
});
afterAll(async () => {
  await machine?.remove();
  for (const node of nodes ?? []) await node.stop();
});

const addresses = () => nodes.map(({ host }) => `${host}:11211`);
const look = async (query = '') =>
  JSON.parse((await ask(`${machine.url}/nodes${query}`)).text) as { nodes: string[]; seconds: number; value: unknown };

test('one that hangs costs one request its time, and comes back empty', async () => {
  const [first] = addresses();
  expect(await look('?set=old')).toMatchObject({ nodes: addresses(), value: 'old' });
  await nodes[1]?.freeze();
  const { nodes: left, seconds } = await look();
  expect(left).toEqual([first]);
  expect(seconds).toBeGreaterThan(0.15);
  // The others do not ask it again.
  for (let n = 0; n < 5; n++) expect((await look()).seconds).toBeLessThan(0.15);
  await nodes[1]?.thaw();
  await expect.poll(async () => (await look()).nodes, { timeout: 20_000, interval: 500 }).toEqual(addresses());
  expect((await look()).value).toBe(false);
});

test('where none answers all are named: the application says what it misses', async () => {
  for (const node of nodes) await node.freeze();
  expect((await look()).nodes).toEqual(addresses());
});
