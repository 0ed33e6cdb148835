/**
 * The sample site behind LVS: a real replica, its machines for TLS as the compose files of LVS have them, and the director in a kernel that has IPVS
 * (test/docker/kernel), which has a cable to the replica's network. A visitor is one more container there.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, expect, test } from 'vitest';
import { makeBundle } from '../../../src/bundle/bundle.ts';
import { makeTar } from '../../../src/bundle/tar.ts';
import { readFolder } from '../../../src/io/folder.ts';
import { composeFiles } from '../../../src/project/compose-files.ts';
import { completeSettings, type SettingsInput } from '../../../src/settings/schema.ts';
import { imageOf } from '../../scenarios/images.ts';
import { docker, light, newReplica, type Replica } from '../../scenarios/replica.ts';
import { inKernel, type Kernel, startKernel } from '../kernel/kernel.ts';
import { bundleFiles, file, sysctls } from '../kernel/lvs.ts';

let image: string;
let replica: Replica;
let network: string;
/** Of the visitor's container. */
let visitor: string;
let director: Kernel | undefined;

inKernel(async (found) => {
  image = found;
  // Its own balancer is haproxy, whatever this computer's kernel has.
  replica = await newReplica(`site: { name: behind }\nmemcached: { count: 1 }\nweb: { count: 2 }\n${light}`);
  await replica.ensure('up');
  network = `${await replica.project()}_default`;
  visitor = await docker('run', '--detach', '--rm', '--network', network, '--entrypoint', 'sleep', await lb(), '900');
  return { off: async () => undefined };
});
afterEach(() => director?.off());
afterAll(async () => {
  if (visitor) await docker('rm', '--force', visitor);
  await replica?.remove();
});

const lb = async () => (await imageOf('lb')) ?? '';
const addressOf = (container: string) =>
  docker('inspect', '--format', `{{(index .NetworkSettings.Networks "${network}").IPAddress}}`, container);

/** `docker compose` of the replica, with more files than it has. */
async function compose(files: readonly string[], command: readonly string[], input?: Buffer): Promise<void> {
  const own = (await replica.value('COMPOSE_FILE')).split(':');
  const env = join(replica.dir, '.bootdev/local/compose.env');
  const options = ['--env-file', env, ...[...own, ...files].flatMap((name) => ['--file', name])];
  await execa('docker', ['compose', ...options, ...command], {
    cwd: 'compose',
    env: { BOOTDEV_MEMORY_TLS: '128' },
    ...(input ? { input } : {}),
  });
}

/** tls-1 and tls-2 of these settings run, and the director does. Returns its address. */
async function start(balancer: NonNullable<SettingsInput['balancer']>): Promise<string> {
  const site = { name: 'behind', domain: await replica.value('BOOTDEV_DOMAIN') };
  const settings = completeSettings({ site, web: { count: 2 }, balancer: { kind: 'lvs', ...balancer } });
  const { machines } = makeBundle(settings, await readFolder('docker'));
  const [tls, own] = [machines.get('tls'), machines.get('lb')];
  if (!tls || !own) throw new Error('no machines of LVS in the bundle');
  const [, target = ''] = (await replica.exec('lb', 'cat', '/bundle/desired/lb')).split(' ');

  const address = (await addressOf(visitor)).replace(/\d+$/, '200');
  // Its name is that of the replica's own balancer, too.
  await writeFile(join(replica.dir, 'director.yaml'), `services: { tls: { extra_hosts: ["lb:${address}"] } }\n`);
  const added = composeFiles(settings).filter(
    (name) => name === 'lvs.yaml' || name === `lvs-${settings.balancer.mode}.yaml`,
  );
  const desired = file('desired/tls', `${tls.digest} ${target}\n`);
  await compose([], ['run', '--rm', '-T', 'loader'], makeTar([...bundleFiles(tls), desired]));
  const files = [...added, join(replica.dir, 'director.yaml')];
  await compose(files, ['up', '--detach', '--no-build', '--no-deps', '--force-recreate', 'tls']);

  const project = await replica.project();
  const names = [1, 2].map(async (number) => `${await addressOf(`${project}-tls-${number}`)} tls-${number} tls\n`);
  director = await startKernel(
    image,
    [
      ...bundleFiles(own),
      file(`bundle/targets/${target}.env`, await replica.exec('lb', 'cat', `/bundle/targets/${target}.env`)),
      file('bundle/names', `${address} lb\n${(await Promise.all(names)).join('')}`),
    ],
    { network, kernel: ['vec0:transport=raw,ifname=eth0,depth=128'] },
  );
  await director.exec(`
    mkdir -p /run/secrets
    modprobe -a ip_vs iptable_nat xt_ipvs
    machine start lb lb ${address} ${own.digest} ${target} ${(await sysctls()).join(' ')}
    machine wait lb '[ "$(ipvsadm -S -n | grep -c ":443 -[mg] -w 1")" = 2 ]'`);
  return address;
}

/** A page by HTTPS, whose certificate counts. */
async function get(address: string, path: string): Promise<string> {
  const host = await replica.value('BOOTDEV_DOMAIN');
  const ca = '/run/site-ca.pem';
  await execa('docker', ['exec', '-i', visitor, 'sh', '-c', `cat >${ca}`], { input: (await replica.https()).ca });
  const options = ['--silent', '--show-error', '--fail', '--max-time', '20', '--cacert', ca];
  return docker('exec', visitor, 'curl', ...options, '--resolve', `${host}:443:${address}`, `https://${host}${path}`);
}

test.each([
  ['dr', 'visitor'],
  ['fullnat', 'director'],
] as const)('%s: whole and by HTTPS from both machines by turns; it sees the address of the %s', async (mode, seen) => {
  const address = await start({ mode, scheduler: 'rr' });
  let visits = 0;
  const status = async (): Promise<{ ok: boolean; machine: string }> => {
    visits++;
    return JSON.parse(await get(address, '/status.json'));
  };
  // On a busy computer a check of the site is too slow at times: then once more.
  const whole = new Set<string>();
  const next = async () => {
    const { ok, machine } = await status();
    if (ok) whole.add(machine);
    return [...whole].toSorted();
  };
  await expect.poll(next, { timeout: 120_000 }).toEqual(['web-1', 'web-2']);
  const turns = [await status(), await status(), await status(), await status()].map(({ machine }) => machine);
  expect(turns.slice(0, 2).toSorted()).toEqual(['web-1', 'web-2']);
  expect(turns.slice(2)).toEqual(turns.slice(0, 2));

  const page = await get(address, '/machine');
  expect(page).toContain(`<td>${seen === 'visitor' ? await addressOf(visitor) : address}</td>`);
  await expect
    .poll(() => director?.exec('machine exec lb ipvsadm -L -n --stats'))
    .toMatch(new RegExp(`:443 +${visits + 1} `));
});
