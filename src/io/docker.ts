import { PassThrough, Readable } from 'node:stream';
import Docker from 'dockerode';
import { Interrupted, UserError } from '../errors.ts';

/** A container of a replica, as the engine lists it. */
export interface Container {
  id: string;
  /** Compose service: the machine's kind. */
  service: string;
  number: number;
  /** created, running, restarting, exited … */
  state: string;
  health: 'starting' | 'healthy' | 'unhealthy' | 'none';
  image: string;
  /** On the replica's network; empty while it does not run. */
  address: string;
}

export interface ExecResult {
  code: number;
  stdout: string;
  stderr: string;
}

export interface ExecOptions {
  timeout?: number;
  /** For the command's stdin; else it has none. */
  input?: string;
  signal?: AbortSignal;
}

export type DockerEngine = ReturnType<typeof dockerEngine>;

/** The engine that the docker client would use: DOCKER_HOST, or the local socket. `host`: endpoint of the client's context, if another. */
export function dockerEngine(host?: string) {
  const docker = new Docker(host?.startsWith('unix://') ? { socketPath: host.slice('unix://'.length) } : {});

  return {
    /** Every container of the compose project, stopped ones too, one-off runs left out. */
    async containers(project: string): Promise<Container[]> {
      const list = await translated(
        docker.listContainers({
          all: true,
          filters: { label: [`com.docker.compose.project=${project}`, 'com.docker.compose.oneoff=False'] },
        }),
      );
      return list.map((item) => ({
        id: item.Id,
        service: item.Labels['com.docker.compose.service'] ?? '',
        number: Number(item.Labels['com.docker.compose.container-number'] ?? 1),
        state: item.State,
        health: healthOf(item.Status),
        image: item.Image,
        address: Object.values(item.NetworkSettings?.Networks ?? {})[0]?.IPAddress ?? '',
      }));
    },

    /** Containers of the project that run one command of a tool, and the process that asked for each (`thisProcess`). */
    async tools(project: string): Promise<{ id: string; holder: string }[]> {
      const label = [`com.docker.compose.project=${project}`, 'com.docker.compose.service=tool'];
      const list = await translated(docker.listContainers({ all: true, filters: { label } }));
      return list.map(({ Id, Labels }) => ({ id: Id, holder: Labels['bootdev.holder'] ?? '' }));
    },

    /** Ends a container by its own stop signal, after five seconds by force, and deletes it. One that is gone, or going, is fine. */
    async remove(id: string): Promise<void> {
      const container = docker.getContainer(id);
      const unlessGone = (error: { statusCode?: number; code?: string }) => {
        if (![304, 404, 409].includes(error.statusCode ?? 0)) throw translate(error);
      };
      await container.stop({ t: 5 }).catch(unlessGone);
      await container.remove({ force: true }).catch(unlessGone);
    },

    /** How often the engine has restarted the container, and its last exit code. */
    async restarts(id: string): Promise<{ count: number; exitCode: number; pid: number }> {
      const { RestartCount, State } = await translated(docker.getContainer(id).inspect());
      return { count: RestartCount, exitCode: State.ExitCode, pid: State.Pid };
    },

    /** The container's last health check since it started: exit code, output (at most 4 kB), milliseconds since it ended. */
    async lastCheck(id: string): Promise<{ code: number; output: string; age: number } | undefined> {
      const { State } = await translated(docker.getContainer(id).inspect());
      const last = State.Health?.Log?.at(-1);
      if (!last || new Date(last.Start) < new Date(State.StartedAt)) return undefined;
      return { code: last.ExitCode, output: last.Output, age: Math.max(0, Date.now() - new Date(last.End).getTime()) };
    },

    /** Stops and starts it now, without waiting for the engine's back-off. */
    async restart(id: string): Promise<void> {
      await translated(docker.getContainer(id).restart({ t: 10 }));
    },

    /**
     * Deletes a container that can never start again: the daemon was killed while it started it, and containerd still has its
     * task. Its volumes stay.
     */
    async removeIfStuck(id: string): Promise<void> {
      const container = docker.getContainer(id);
      const { State } = await translated(container.inspect());
      if (State.Running || !/task .* already exists/.test(State.Error)) return;
      await translated(container.remove({ force: true }));
    },

    async imageExists(tag: string): Promise<boolean> {
      return docker
        .getImage(tag)
        .inspect()
        .then(
          () => true,
          (error: { statusCode?: number; code?: string }) => {
            if (error.statusCode === 404) return false;
            throw translate(error);
          },
        );
    },

    /** Runs a command in a container. Throws UserError after `timeout` ms, Interrupted at the signal; the command may go on then. */
    async exec(id: string, command: string[], options: ExecOptions = {}): Promise<ExecResult> {
      const { timeout = 30_000, input, signal } = options;
      const hasInput = input !== undefined;
      const exec = await translated(
        docker.getContainer(id).exec({ Cmd: command, AttachStdin: hasInput, AttachStdout: true, AttachStderr: true }),
      );
      const stream = await translated(exec.start(hasInput ? { hijack: true, stdin: true } : {}));
      if (hasInput) stream.end(input);
      const stdout = new PassThrough();
      const stderr = new PassThrough();
      docker.modem.demuxStream(stream, stdout, stderr);
      const ended = new Promise<void>((resolve, reject) => {
        const stop = (why: UserError) => {
          stream.destroy();
          reject(why);
        };
        const late = () => stop(new UserError(`"${command.join(' ')}" did not end within ${timeout / 1000} s.`));
        const timer = setTimeout(late, timeout);
        const interrupt = () => stop(new Interrupted());
        signal?.addEventListener('abort', interrupt);
        const end = () => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', interrupt);
          stdout.end();
          stderr.end();
          resolve();
        };
        stream.on('end', end).on('close', end).on('error', end);
      });
      const [out, err] = await Promise.all([text(stdout), text(stderr), ended]);
      const { ExitCode } = await translated(exec.inspect());
      return { code: ExitCode ?? -1, stdout: out, stderr: err };
    },

    /** The last lines of a container's log, both streams. */
    async logTail(id: string, lines: number): Promise<string[]> {
      const raw = await translated(
        docker.getContainer(id).logs({ stdout: true, stderr: true, tail: lines, follow: false }),
      );
      const both = new PassThrough();
      const frames = Readable.from([raw as unknown as Buffer]);
      docker.modem.demuxStream(frames, both, both);
      frames.on('end', () => both.end());
      return (await text(both)).split('\n').filter(Boolean);
    },

    /** Volumes of the compose project by their name in the compose files, also those that the files no longer have. */
    async volumes(project: string): Promise<string[]> {
      const { Volumes } = await translated(
        docker.listVolumes({ filters: { label: [`com.docker.compose.project=${project}`] } }),
      );
      return Volumes.map(({ Labels }) => Labels['com.docker.compose.volume'] ?? '').filter(Boolean);
    },

    async removeVolume(name: string): Promise<void> {
      await translated(docker.getVolume(name).remove());
    },

    /** Every volume and image with its size in bytes. */
    async disk() {
      const { Volumes, Images } = (await translated(docker.df())) as DiskReport;
      return {
        volumes: (Volumes ?? []).map(({ Name, Labels, UsageData }) => ({
          name: Name,
          project: Labels?.['com.docker.compose.project'] ?? '',
          bytes: UsageData?.Size ?? 0,
        })),
        images: (Images ?? []).flatMap(({ Id, RepoTags, Size, Containers }) =>
          (RepoTags ?? []).map((tag) => ({ id: Id, tag, bytes: Size, containers: Containers })),
        ),
      };
    },

    async removeImage(tag: string): Promise<void> {
      await translated(docker.getImage(tag).remove());
    },

    /** Of the engine's machine, and so of the images and packages made there. */
    async architecture(): Promise<'amd64' | 'arm64'> {
      const { Arch } = await translated(docker.version()); // a tenth of what info() takes
      return /^(?:aarch64|arm64)$/.test(Arch) ? 'arm64' : 'amd64';
    },

    /** MB that the engine's machine has in all. */
    async memory(): Promise<number> {
      return Math.floor((await translated(docker.info())).MemTotal / 2 ** 20);
    },
  };
}

/** The part of `docker system df` that we read. */
interface DiskReport {
  Volumes?: { Name: string; Labels?: Record<string, string>; UsageData?: { Size: number } }[];
  Images?: { Id: string; RepoTags?: string[]; Size: number; Containers: number }[];
}

/** The engine's list has a container's health only in its status text: "Up 3 seconds (health: starting)". */
function healthOf(status: string): Container['health'] {
  if (status.includes('(healthy)')) return 'healthy';
  if (status.includes('(unhealthy)')) return 'unhealthy';
  return status.includes('(health: starting)') ? 'starting' : 'none';
}

async function text(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

async function translated<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw translate(error as { code?: string; message?: string });
  }
}

function translate(error: { code?: string; message?: string }): Error {
  const doctor = 'bootdev doctor --fix';
  if (error.code === 'ENOENT')
    return new UserError('Docker is not running: its socket does not exist.', { hint: doctor, cause: error });
  if (error.code === 'ECONNREFUSED')
    return new UserError('The Docker daemon does not answer.', { hint: doctor, cause: error });
  if (error.code === 'EACCES')
    return new UserError('You have no permission to use the Docker daemon.', { hint: doctor, cause: error });
  return error instanceof Error ? error : new Error(String(error));
}
