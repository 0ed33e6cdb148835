/** How a connection reaches a machine: the four modes, by the product's compose files and containers of an engine that has IPVS (test/docker/kernel). */
import { afterEach, expect, test } from 'vitest';
import { inKernel } from '../kernel/kernel.ts';
import type { Request } from '../kernel/lvs.ts';
import { type EngineReplica, startEngine } from '../kernel/replica.ts';

let engine: EngineReplica;
inKernel(async (image) => {
  engine = await startEngine(image);
  return engine;
}, 'engine');
afterEach(async ({ task }) => {
  if (!engine) return; // skipped
  if (task.result?.state === 'fail')
    console.error(
      await engine.kernel.exec('for name in lb-1 tls-1 tls-2; do docker logs site-$name 2>&1 | tail -20; done'),
    );
  await engine.down();
});

test.each([
  // What the machines behind see as the visitor, who comes by the published port, so by the bridge's own address.
  ['fullnat', 'director'],
  ['nat', 'visitor'],
  ['dr', 'visitor'],
  ['tun', 'visitor'],
] as const)('%s: by HTTPS through the published port, weights 3 and 1', async (mode, visitor) => {
  await engine.up({ mode, scheduler: 'wrr', weights: [3, 1] });
  const network = mode === 'nat' ? 'front' : 'default';
  const health = (machine: string) =>
    engine.kernel.run(`docker exec site-${machine} /etc/bootdev/current/bin/machine health`).then(({ code }) => code);
  const all = ['lb-1', 'tls-1', 'tls-2'];
  await expect.poll(() => Promise.all(all.map(health)), { timeout: 120_000 }).toEqual([0, 0, 0]);
  const weights = async () =>
    [...(await engine.exec('lb-1', 'ipvsadm -S -n')).matchAll(/ -r \S+:443 .*-w (\d)/g)].map(([, weight]) => weight);
  await expect.poll(async () => (await weights()).toSorted(), { timeout: 120_000 }).toEqual(['1', '3']);

  const asked = { requests: 40, to: ['127.0.0.1'], port: 8443, tls: true, patience: 20 };
  const requests: Request[] = JSON.parse(
    await engine.kernel.exec(`python3 /kernel/visitor.py '${JSON.stringify(asked)}'`),
  );
  expect(requests.filter(({ error }) => error)).toEqual([]);
  const [first, second] = await Promise.all(['web-1', 'web-2'].map(engine.addresses));
  const answers = (addresses: Record<string, string> = {}) =>
    requests.filter(({ server = '' }) => Object.values(addresses).includes(server)).length;
  expect([answers(first), answers(second)]).toEqual([30, 10]);

  const director = (await engine.addresses('lb-1'))[network];
  const expected = visitor === 'director' ? director : await engine.gateway(network);
  expect(new Set(requests.map(({ visitor }) => visitor))).toEqual(new Set([expected]));
});
