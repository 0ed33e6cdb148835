/** Whether this engine's kernel can distribute connections. */
import { UserError } from '../errors.ts';
import { type Deps, dockerOf, fileOf } from './deps.ts';
import { labelOf } from './leftovers.ts';

/** The product's own probe, in a container like the director. */
export async function refuseWhereImpossible(deps: Deps, image: string, scheduler: string): Promise<void> {
  const probe = fileOf(deps, 'roles/director/probe');
  const common = ['--rm', '--network=none', '--no-healthcheck', ...labelOf(deps.io.process.thisProcess())];
  const limits = ['--cap-drop=ALL', '--cap-add=NET_ADMIN', '--security-opt=no-new-privileges'];
  const command = ['--entrypoint', 'bash', image, '-c', probe, 'probe', scheduler];
  const answer = (await dockerOf(deps)(['run', ...common, ...limits, ...command], { signal: deps.signal })).trim();
  if (answer === 'yes') return;
  throw new UserError(`The lesson needs the kernel's LVS: ${answer.replace(/^no: /, '')}.`, {
    hint: remedy(answer, deps, scheduler),
  });
}

function remedy(answer: string, { host }: Pick<Deps, 'host'>, scheduler: string): string {
  const explain = 'without it: bootdev lvs --explain';
  if (answer.includes('NET_ADMIN')) return `use Docker with a daemon that runs as root   (${explain})`;
  const module = answer.includes('scheduler') ? `ip_vs_${scheduler}` : 'ip_vs';
  // On Docker Desktop the kernel is the virtual machine's, which only a privileged container reaches.
  const command =
    host.platform === 'linux'
      ? `sudo modprobe ${module}`
      : `docker run --rm --privileged --pid=host debian:trixie-slim nsenter -t 1 -m modprobe ${module}`;
  return `${command}   (${explain})`;
}
