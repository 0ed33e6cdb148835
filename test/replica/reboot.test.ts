/** The computer loses its power and comes back: every container killed, the Docker daemon killed and started. */
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { docker, eventually, newReplica, type Replica } from './replica.ts';

/** Why the daemon of this machine must not be killed; undefined: it may. */
async function reason(): Promise<string | undefined> {
  if (process.env.CI !== 'true') return 'it would kill the Docker daemon of this machine: CI=true allows it';
  if (process.getuid?.() !== 0) return 'only root may start the daemon again';
  return (await daemon()) ? undefined : 'dockerd was not started by hand here (no pid file)';
}
const daemon = async () => Number(await readFile('/var/run/docker.pid', 'utf8').catch(() => '')) || undefined;

let replica: Replica | undefined;
beforeAll(async () => {
  if (await reason()) return;
  replica = await newReplica('site: { name: reboot }\n');
  await replica.must('up');
});
afterAll(() => replica?.remove());

it('everything is healthy again without bootdev', async (context) => {
  const why = await reason();
  if (why || !replica) return context.skip(why);
  const { project } = await replica.status();
  const ids = (await docker('ps', '-q', '--filter', `label=com.docker.compose.project=${project}`)).split('\n');
  const pids = (await docker('inspect', '-f', '{{.State.Pid}}', ...ids)).split('\n').map(Number);
  const pid = await daemon();
  for (const each of [...pids, pid]) if (each) process.kill(each, 'SIGKILL');
  await pause(2_000);
  await execa(process.execPath, ['dist/cli.js', 'doctor', '--fix', '--yes'], { stdin: 'ignore' });
  // status only looks; it starts nothing
  const { machines } = await eventually(120_000, replica.status, (it) =>
    it.machines.every(({ state }) => state === 'healthy'),
  );
  expect(machines).toHaveLength(13);
});
