/** What src/io/docker.ts asks of the engine, with the errors that dockerode throws. */
import { UserError } from '../../../src/errors.ts';
import type { DockerEngine } from '../../../src/io/docker.ts';
import type { FakeEngine } from '../engine.ts';
import { machineName } from './container.ts';
import { execute } from './machine.ts';

export function fakeDocker(engine: FakeEngine): DockerEngine {
  const byId = (id: string) => {
    const found = engine.containers.find((each) => each.id === id);
    if (!found) throw httpError(404, `no such container - No such container: ${id}`);
    return found;
  };
  return {
    containers: async (project) =>
      engine.containers
        .filter((each) => each.project === project)
        .map((each) => ({
          ...{ id: each.id, service: each.service.name, number: each.number, state: each.state },
          health: engine.healthOf(each),
          image: engine.images.get(each.service.image) === each.imageId ? each.service.image : each.imageId,
          address: each.state === 'running' ? each.address : '',
        })),
    tools: async (project) => engine.tools.filter((each) => each.project === project),
    remove: async (id) => {
      const at = engine.tools.findIndex((each) => each.id === id);
      if (at < 0) return;
      engine.did.push('remove tool');
      engine.tools.splice(at, 1);
    },
    restarts: async (id) => {
      const { restarts: count, exitCode } = byId(id);
      return { count, exitCode, pid: 1 };
    },
    lastCheck: async (id) => engine.lastCheck(byId(id)),
    restart: async (id) => {
      const container = byId(id);
      engine.did.push(`restart ${machineName(container)}`);
      container.state = 'exited';
      engine.start(container);
    },
    removeIfStuck: async (id) => {
      const container = byId(id);
      if (/task .* already exists/.test(container.error)) engine.remove(container);
    },
    imageExists: async (tag) => engine.images.has(tag),
    exec: async (id, command, { timeout = 30_000, input = '' } = {}) => {
      const container = byId(id);
      if (container.state !== 'running') throw httpError(409, `unexpected - Container ${id} is not running`);
      const times = engine.busy.get(machineName(container)) ?? 0;
      if (times > 0) {
        engine.busy.set(machineName(container), times - 1);
        engine.time += timeout;
        throw new UserError(`"${command.join(' ')}" did not end within ${timeout / 1000} s.`);
      }
      if (command[0] === '/etc/bootdev/current/roles/php-fpm/memory.sh') {
        const measured = engine.measured.get(machineName(container));
        return { code: 0, stdout: measured ?? 'rest 20480\n', stderr: '' };
      }
      if (command.includes('/etc/bootdev/current/etc/php/features/ask.php')) {
        const { asks } = JSON.parse(input) as { asks: string[] };
        const answers = [...engine.answers].filter(([name]) => asks.includes(name));
        return { code: 0, stdout: JSON.stringify(Object.fromEntries(answers)), stderr: '' };
      }
      const list = command.findIndex((word) => word.endsWith('/lib/cron/list'));
      if (list > 0) return { code: 0, stdout: engine.jobs.get(command[list + 1] ?? '') ?? '', stderr: '' };
      if (command[1]?.endsWith('/warm')) {
        engine.did.push(`warm ${command[2]}`);
        return { code: 0, stdout: '', stderr: '' };
      }
      if (command.at(-1)?.endsWith('/.warm-report'))
        return { code: engine.warmer.kept ? 0 : 1, stdout: engine.warmer.kept, stderr: '' };
      return execute(engine, container, command, input);
    },
    logTail: async (id, lines) => byId(id).log.slice(-lines),
    volumes: async (project) =>
      [...engine.volumes.values()].filter((it) => it.project === project).map(({ key }) => key),
    removeVolume: async (name) => {
      const volume = engine.volumes.get(name);
      if (!volume) throw httpError(404, `no such volume - get ${name}: no such volume`);
      const user = engine.containers.find((it) => it.project === volume.project && it.service.volumes.has(volume.key));
      if (user) throw httpError(409, `unexpected - remove ${name}: volume is in use - [${user.id}]`);
      engine.volumes.delete(name);
      engine.did.push(`remove volume ${volume.key}`);
    },
    disk: async () => ({
      volumes: [...engine.volumes.values()].map(({ name, project, files }) => ({
        ...{ name, project },
        bytes: [...files.values()].reduce((sum, { length }) => sum + length, 0),
      })),
      images: [...engine.images].map(([tag, id]) => ({
        ...{ id, tag, bytes: 100_000_000 },
        containers: engine.containers.filter(({ imageId }) => imageId === id).length,
      })),
    }),
    removeImage: async (tag) => {
      const id = engine.images.get(tag);
      if (!id) throw httpError(404, `no such image - No such image: ${tag}`);
      const user = engine.containers.find(({ imageId }) => imageId === id);
      const text = `unable to remove repository reference "${tag}" (must force) - container ${user?.id} is using its referenced image`;
      if (user) throw httpError(409, `conflict - conflict: ${text}`);
      engine.images.delete(tag);
      engine.did.push(`remove image ${tag}`);
    },
    architecture: async () => 'amd64',
    memory: async () => engine.memory,
  };
}

/** As dockerode throws it. */
const httpError = (statusCode: number, text: string) =>
  Object.assign(new Error(`(HTTP code ${statusCode}) ${text}`), { statusCode });
