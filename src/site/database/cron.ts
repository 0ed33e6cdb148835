import type { Context } from '../../project/context.ts';
import { findMachines } from '../../replica/find.ts';

/**
 * No job of cron starts until what is returned is called, or this process ends: its lock (docker/roles/cron: usr/local/bin/job) is held by a
 * program that waits for its input's end.
 */
export async function holdCron(context: Context): Promise<() => Promise<void>> {
  const admin = (await findMachines(context)).get('admin');
  if (admin?.state !== 'running') return async () => undefined;
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const lock = ['site', 'flock', '--wait', '3600', '/srv/files/private/.cron-lock', 'cat'];
  const held = context.io
    .run('docker', ['exec', '--interactive', admin.id, ...lock], {
      // biome-ignore lint/correctness/useYield: its end is the message
      pieces: (async function* () {
        await released;
      })(),
    })
    .catch(() => undefined);
  return async () => {
    release();
    await held;
  };
}
