/** What the balancer hears of a web machine that has lost its shared files, and of one that has a proxy in its environment. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask } from './visitor.ts';
import { startWebMachine, type WebMachine } from './web-machine.ts';

let machine: WebMachine;
const site = join(import.meta.dirname, 'web-site');
const healthz = () => ask(`${machine.url}/-/healthz`);
const statusOf = async (path: string) => (await ask(`${machine.url}${path}`)).status;

describe('files on three nodes that do not exist', () => {
  // The files are never mounted: what matters is who else has them.
  const nodes = ['127.0.0.2', '127.0.0.3', '127.0.0.4'];
  /** A manager that answers, as far as this machine asks it. */
  const answers = async (...which: string[]) => {
    await machine.exec(
      'sh',
      '-c',
      'cd /tmp && openssl req -x509 -newkey ed25519 -nodes -subj /CN=x -keyout k -out c 2>/dev/null',
    );
    for (const node of which)
      await machine.exec(
        'sh',
        '-c',
        `openssl s_server -quiet -accept ${node}:24007 -cert /tmp/c -key /tmp/k </dev/null >/dev/null 2>&1 & echo $! >>/tmp/pids`,
      );
  };

  beforeAll(async () => {
    machine = await startWebMachine(site, { application: 'php' }, { over: { GLUSTER_NODES: nodes.join(',') } });
  });
  afterAll(() => machine?.remove());

  test('nobody has the files: the machine serves pages, and asks the files for nothing', async () => {
    await expect.poll(async () => (await healthz()).status).toBe(200);
    expect(await statusOf('/page')).toBe(200);
    expect(await statusOf('/files/a.txt')).toBe(503);
  });
  test('one node of three answers: it is the same', async () => {
    await answers(nodes[0] as string);
    for (let n = 0; n < 20; n++) expect((await healthz()).status).toBe(200);
  });
  test('two answer, so others have the files: the machine says that it lost them', async () => {
    await answers(...nodes.slice(1));
    await expect.poll(async () => (await healthz()).status).toBe(503);
    expect((await healthz()).text).toBe('the shared files do not answer on this machine\n');
    expect(await statusOf('/page')).toBe(200);
  });
  test('the nodes are gone too: it serves again', async () => {
    await machine.exec('sh', '-c', 'xargs kill </tmp/pids');
    await expect.poll(async () => (await healthz()).status, { timeout: 20_000 }).toBe(200);
  });
});

describe('files on a volume', () => {
  beforeAll(async () => {
    machine = await startWebMachine(site, { application: 'php' });
  });
  afterAll(() => machine?.remove());

  test('are there, and served', async () => {
    await machine.exec('sh', '-c', 'echo a >/srv/files/public/a.txt');
    await expect.poll(() => statusOf('/files/a.txt')).toBe(200);
    expect((await healthz()).status).toBe(200);
  });
  test('a proxy in the environment, as Docker’s configuration may set it, is not asked for health', async () => {
    const proxied = ['http_proxy', 'HTTP_PROXY', 'all_proxy'].map((name) => `${name}=http://127.0.0.1:9`);
    // The first is a look without it: else this could only be right by chance.
    await expect
      .poll(() => machine.exec('/etc/bootdev/current/bin/machine', 'health').then(() => 'healthy'))
      .toBe('healthy');
    await machine.exec('env', ...proxied, '/etc/bootdev/current/bin/machine', 'health');
    await expect(
      machine.exec('env', ...proxied, 'curl', '-fsS', '-m', '2', 'http://127.0.0.1/-/healthz'),
    ).rejects.toThrow();
  });
});
