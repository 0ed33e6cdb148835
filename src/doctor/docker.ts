/** One question to Docker, and what its answer means. */
import type { Host } from '../host/host.ts';

export type Docker =
  | { state: 'missing' }
  | { state: 'podman' }
  /** The daemon's socket is there, but not for this user. */
  | { state: 'denied'; client: string }
  | {
      state: 'silent';
      client: string;
      said: string /** The client is pointed at another socket or machine. */;
      elsewhere: boolean;
    }
  | { state: 'answers'; client: string; engine: string };

export async function askDocker(host: Host, signal?: AbortSignal): Promise<Docker> {
  const version = await host.run('docker', ['version', '--format', '{{json .}}'], { signal, timeout: 15_000 });
  if (version.exitCode === 126 || version.exitCode === 127) return { state: 'missing' };
  if (/podman/i.test(version.stderr + version.stdout)) return { state: 'podman' };
  const answer = parse(version.stdout);
  const client = answer?.Client?.Version ?? 'of unknown version';
  if (answer?.Server?.Version) return { state: 'answers', client, engine: answer.Server.Version };
  if (/permission denied/i.test(version.stderr)) return { state: 'denied', client };
  const context = answer?.Client?.Context ?? 'default';
  const elsewhere = Boolean(host.env.DOCKER_HOST) || context !== 'default';
  return { state: 'silent', client, said: version.stderr.split('\n')[0] ?? '', elsewhere };
}

interface Version {
  Client?: { Version?: string; Context?: string };
  Server?: { Version?: string } | null;
}

function parse(json: string): Version | undefined {
  try {
    return JSON.parse(json) as Version;
  } catch {
    return undefined;
  }
}

interface Info {
  /** Where images and volumes are kept, as the engine's own machine names it. */
  DockerRootDir: string;
  /** Bytes of the engine's machine: on macOS the virtual machine's. */
  MemTotal: number;
}

export async function dockerInfo(host: Host, signal?: AbortSignal): Promise<Info | undefined> {
  const info = await host.run('docker', ['info', '--format', '{{json .}}'], { signal, timeout: 15_000 });
  if (info.exitCode !== 0) return undefined;
  const answer = JSON.parse(info.stdout) as Partial<Info>;
  return answer.MemTotal ? { DockerRootDir: '/var/lib/docker', MemTotal: 0, ...answer } : undefined;
}

export async function hasImage(host: Host, tag: string, signal?: AbortSignal): Promise<boolean> {
  return (await host.run('docker', ['image', 'inspect', '--format', '{{.Id}}', tag], { signal })).exitCode === 0;
}
