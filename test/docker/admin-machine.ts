/** An admin machine beside web machines (web-machine.ts), as `up` would start it; other neighbours do not exist. */
import { execFile } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Target } from '../../src/machines/target.ts';
import type { SettingsInput } from '../../src/settings/schema.ts';
import { imageOf } from '../scenarios/images.ts';
import { fillAndStart, stage, target } from './web-machine.ts';

const run = promisify(execFile);
const docker = async (...args: string[]) => (await run('docker', args, { maxBuffer: 1 << 26 })).stdout.trim();

export async function startAdminMachine(
  site: string,
  settings: SettingsInput,
  { network, over }: { network: string; over: Target },
) {
  const image = await imageOf('admin');
  if (!image) throw new Error('the image bootdev/admin was not made');
  const capabilities = ['SETUID', 'SETGID', 'CHOWN', 'KILL', 'DAC_OVERRIDE'].flatMap((name) => ['--cap-add', name]);
  const id = await docker(
    ...[
      'create',
      '--no-healthcheck',
      '--cap-drop',
      'ALL',
      ...capabilities,
      '--security-opt',
      'no-new-privileges',
      '--network',
      network,
    ],
    ...['-e', 'BOOTDEV_KIND=admin', '-e', 'BOOTDEV_MACHINE=admin', image],
  );
  const apply = await fillAndStart(id, {
    site,
    settings,
    staged: (desired) => stage(desired, { ...target, WEB_HOST: 'web', ...over }, new Map(), 'admin'),
  });
  // It boots beside what was done to it: what runs before it has ended may find half of it.
  for (const end = Date.now() + 60_000; ; await pause(200)) {
    const health = await docker('exec', id, '/etc/bootdev/current/bin/machine', 'health').catch(String);
    if (!/^Error/.test(health)) break;
    if (Date.now() > end) throw new Error(`the admin machine does not become healthy: ${health}`);
  }
  return {
    id,
    exec: (...command: string[]) => docker('exec', id, ...command),
    apply,
    logs: async () => {
      const { stdout, stderr } = await run('docker', ['logs', id]);
      return stdout + stderr;
    },
    remove: async () => void (await docker('rm', '-f', '-v', id)),
  };
}
