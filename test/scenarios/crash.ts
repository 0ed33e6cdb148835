/** A web machine dies under mixed traffic: what visitors lose, with the balancer's retries and without. */
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { docker, eventually, type Replica } from './replica.ts';

interface Traffic {
  gets: number;
  failedGets: string[];
  /** Ids whose POST was answered with success. */
  acknowledged: string[];
  lostPosts: number;
}

async function get(url: string, n: number, agent: Agent | undefined, seen: Traffic) {
  seen.gets++;
  const status = await ask(`${url}/machine?n=${n}`, 'GET', agent);
  if (status !== 200) seen.failedGets.push(String(status));
}

async function post(url: string, id: string, agent: Agent | undefined, seen: Traffic) {
  const status = await ask(`${url}/database`, 'POST', agent, `name=visitor&words=${id}`);
  if (status === 303 || status === 302) seen.acknowledged.push(id);
  else seen.lostPosts++;
}

/** The status, or the error's code. */
function ask(url: string, method: string, agent: Agent | undefined, body = ''): Promise<number | string> {
  return new Promise((resolve) => {
    const form = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': body.length };
    const headers = body ? { ...form, origin: new URL(url).origin } : {};
    const asked = request(url, { method, headers, agent: agent ?? false, timeout: 15_000 }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0)).on('error', () => resolve('cut off'));
    });
    asked.on('timeout', () => asked.destroy(new Error('time-out')));
    asked.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    asked.end(body);
  });
}

/** `replica`: runs. `settings`: of few machines; afterwards it has these, without retries. */
export function testCrash(replica: Replica, settings: string) {
  const withRetries = async (retries: number) => {
    await replica.settings(`${settings}balancer: { retries: ${retries} }\n`);
    await replica.ensure('up');
  };
  beforeAll(() => withRetries(3));

  /** 80 % GET past the cache, 20 % POST with an id each; half of the requests on kept-alive connections. */
  async function traffic(seconds: number, perSecond: number, during: () => Promise<void>): Promise<Traffic> {
    const url = await replica.url();
    const seen: Traffic = { gets: 0, failedGets: [], acknowledged: [], lostPosts: 0 };
    const kept = new Agent({ keepAlive: true, maxSockets: 8 });
    const open = new Set<Promise<void>>();
    const run = `${Date.now()}`;
    const middle = pause((seconds * 1000) / 3).then(during);
    for (let n = 0; n < seconds * perSecond; n++) {
      const agent = n % 2 === 0 ? kept : undefined;
      const one = n % 5 === 0 ? post(url, `${run}-${n}`, agent, seen) : get(url, n, agent, seen);
      open.add(one);
      void one.finally(() => open.delete(one));
      await pause(1000 / perSecond);
    }
    await Promise.all([...open, middle]);
    kept.destroy();
    return seen;
  }

  /** As a machine loses its power: the init of the container, by its process id on the host. */
  async function crash(): Promise<void> {
    const pid = await docker('inspect', '-f', '{{.State.Pid}}', await replica.container('web-1'));
    process.kill(Number(pid), 'SIGKILL');
  }

  const healthyAgain = () =>
    eventually(60_000, replica.status, ({ machines }) => machines.every(({ state }) => state === 'healthy'));

  it('loses no GET and nothing that was acknowledged; the machine is back by itself', async () => {
    const seen = await traffic(30, 25, crash);
    await healthyAgain();
    const words = await docker(
      ...[
        'exec',
        await replica.container('mysql'),
        'mysql',
        '-N',
        '-e',
        "SELECT words FROM site.guest_book WHERE name = 'visitor'",
      ],
    );
    const stored = new Set(words.split('\n'));
    console.log(
      `${seen.gets} GETs, ${seen.failedGets.length} failed; ${seen.acknowledged.length} POSTs acknowledged, ${seen.lostPosts} lost`,
    );
    expect(seen.acknowledged.filter((id) => !stored.has(id))).toEqual([]);
    expect(seen.acknowledged.length).toBeGreaterThan(100);
    expect(seen.failedGets).toEqual([]);
  });

  it('without retries the same crash is felt: the test above can fail', async () => {
    await withRetries(0);
    const failed: string[] = [];
    // A crash hits the requests that are on their way; several, so that it does not depend on luck.
    for (let round = 0; round < 8 && failed.length === 0; round++) {
      failed.push(...(await traffic(6, 60, crash)).failedGets);
      await healthyAgain();
    }
    console.log(`without retries: ${failed.length} GETs failed (${[...new Set(failed)].join(', ')})`);
    expect(failed.length).toBeGreaterThan(0);
  });
}
