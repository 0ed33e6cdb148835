import { doorOf, type Kind, usedMachines } from '../../machines/table.ts';
import { composeFiles } from '../../project/compose-files.ts';
import type { Context } from '../../project/context.ts';
import type { LiveFolder } from '../../project/live/live-folder.ts';
import type { PortName } from '../../project/state.ts';
import type { Settings } from '../../settings/schema.ts';
import { isOn } from '../xdebug/machine.ts';
import type { Images } from './images.ts';

/** The variables of compose.yaml: all that differs between two replicas. No secret is among them. */
export function envFile(
  { project, settings, sources, state }: Pick<Context, 'project' | 'settings' | 'sources' | 'state'>,
  { from, tags, ca }: Images,
  ports: Record<PortName, number>,
  live?: LiveFolder,
): string {
  // The pins are build arguments.
  const versions = sources.docker.get('versions.env')?.toString() ?? '';
  const lines = [
    '# Written by bootdev at each up; compose/README.md says how to use it without bootdev.',
    `COMPOSE_PROJECT_NAME=${project}`,
    'COMPOSE_PATH_SEPARATOR=:',
    `COMPOSE_FILE=${composeFiles(settings).join(':')}`,
    // Nothing of a replica is reachable from another computer.
    'BOOTDEV_BIND=127.0.0.1',
    ...Object.entries(ports).map(([name, port]) => `BOOTDEV_PORT_${name.toUpperCase()}=${port}`),
    `BOOTDEV_DOOR=${ownDoor(settings)}`,
    `BOOTDEV_DOMAIN=${settings.site.domain}`,
    ...(live ? [`BOOTDEV_CODE='${live.path}'`, `BOOTDEV_CODE_ID=${live.id}`] : []),
    `BOOTDEV_WEB=${settings.web.count}`,
    `BOOTDEV_XDEBUG=${isOn({ settings, state }) ? 1 : 0}`,
    `BOOTDEV_MEMCACHED=${settings.memcached.count}`,
    ...usedMachines(settings).map(
      (machine) => `BOOTDEV_MEMORY_${machine.kind.toUpperCase()}=${machine.memory(settings)}`,
    ),
    `BOOTDEV_IMAGES=${from}`,
    ...[...tags].map(([name, tag]) => `BOOTDEV_IMAGE_${name.toUpperCase()}=${tag}`),
    `BOOTDEV_CA=${ca}`,
    ...versions.split('\n').filter((line) => /^[A-Z]/.test(line)),
  ];
  return `${lines.join('\n')}\n`;
}

/** What the site's machines reach at its own address: what visitors do. With LVS' nat the way back from there would not be through the director. */
function ownDoor(settings: Settings): Kind {
  const { kind, mode } = settings.balancer;
  const door = doorOf(settings);
  return door === 'lb' && kind === 'lvs' && mode === 'nat' ? 'tls' : door;
}
