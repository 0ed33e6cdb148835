/** The computer loses its power and comes back: the Docker daemon, containerd and every container killed at once, the daemon started. */
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { containersOf, docker, eventually, newReplica, type Replica } from './replica.ts';

/** Why the daemon of this machine must not be killed; undefined: it may. */
async function reason(): Promise<string | undefined> {
  if (process.env.CI !== 'true') return 'it would kill the Docker daemon of this machine: CI=true allows it';
  if (process.getuid?.() !== 0) return 'only root may start the daemon again';
  return (await daemon()) ? undefined : 'dockerd was not started by hand here (no pid file)';
}
const pidIn = async (file: string) => Number(await readFile(file, 'utf8').catch(() => '')) || undefined;
const daemon = () => pidIn('/var/run/docker.pid');

/** containerd's process beside each container; it would keep it for the next daemon. */
async function shims(ids: string[]): Promise<number[]> {
  const { stdout } = await execa('ps', ['-eo', 'pid,args']);
  return stdout
    .split('\n')
    .filter((line) => line.includes('containerd-shim') && ids.some((id) => line.includes(id)))
    .map((line) => Number.parseInt(line, 10));
}

let replica: Replica | undefined;
beforeAll(async () => {
  if (await reason()) return;
  replica = await newReplica('site: { name: reboot }\n');
  await replica.ensure('up');
});
afterAll(() => replica?.remove());

it('everything is healthy again without bootdev, with its data', async (context) => {
  const why = await reason();
  if (why || !replica) return context.skip(why);
  await docker(
    'exec',
    '-u',
    'www-data',
    await replica.container('web-1'),
    'sh',
    '-c',
    'echo kept >/srv/files/public/kept',
  );
  const { project } = await replica.status();
  const ids = await containersOf(project);
  const pids = (await docker('inspect', '-f', '{{.State.Pid}}', ...ids)).split('\n').map(Number);
  // The daemons first, so that nothing of this looks like a crash to them: they would begin to restart what died.
  const daemons = [await daemon(), await pidIn('/var/run/docker/containerd/containerd.pid')];
  for (const pid of [...daemons, ...(await shims(ids)), ...pids]) if (pid) process.kill(pid, 'SIGKILL');
  await pause(2_000);
  const started = performance.now();
  await execa(process.execPath, ['dist/cli.js', 'doctor', '--fix', '--yes'], { stdin: 'ignore' });
  // status only looks; it starts nothing
  const { machines } = await eventually(120_000, replica.status, (it) =>
    it.machines.every(({ state }) => state === 'healthy'),
  );
  console.log(`healthy ${((performance.now() - started) / 1000).toFixed(1)} s after the daemon was started`);
  expect(machines).toHaveLength(13);
  expect(await docker('exec', await replica.container('web-2'), 'cat', '/srv/files/public/kept')).toBe('kept');
});
