/** How each kind of machine gets Docker: always its own distribution's packages. */
import { caBundle } from '../host/ca-bundle.ts';
import { debianSource } from '../host/debian-source.ts';
import type { Host } from '../host/host.ts';
import type { Remedy } from './check.ts';

/** Machines whose packages we know by name, and that --fix may therefore change. */
function aptFamily({ platform, distro }: Host): 'debian' | 'ubuntu' | undefined {
  if (platform !== 'linux') return undefined;
  if (distro.id === 'debian') return 'debian';
  return distro.id === 'ubuntu' || distro.like.includes('ubuntu') ? 'ubuntu' : undefined;
}

const others: Record<string, string[]> = {
  fedora: ['dnf install -y moby-engine docker-compose docker-buildx', 'systemctl enable --now docker'],
  arch: ['pacman -S --needed docker docker-compose docker-buildx', 'systemctl enable --now docker'],
  alpine: ['apk add docker docker-cli-compose docker-cli-buildx', 'rc-update add docker', 'service docker start'],
  suse: ['zypper install docker docker-compose docker-buildx', 'systemctl enable --now docker'],
};

export async function installEngine(host: Host): Promise<Remedy | undefined> {
  const family = aptFamily(host);
  if (!family) return installElsewhere(host);
  const packages = ['docker.io', 'iptables'];
  // Only where there are none: an upgrade would write the file again, without what a company has added to it by hand.
  if (!(await caBundle(host.env, host.read))) packages.push('ca-certificates');
  // Debian 13 parted the client from the engine.
  if (family === 'debian' && host.distro.version >= 13) packages.push('docker-cli');
  return asRoot(host, aptInstall(...packages));
}

export async function installCompose(host: Host, signal?: AbortSignal): Promise<Remedy | undefined> {
  const family = aptFamily(host);
  if (!family) return installElsewhere(host);
  if (family === 'ubuntu') return asRoot(host, aptInstall('docker-compose-v2', 'docker-buildx'));
  if (host.distro.version >= 13) return asRoot(host, aptInstall('docker-compose', 'docker-buildx'));
  const mirror = await debianSource(host, signal);
  return mirror === undefined ? undefined : asRoot(host, pluginsOfDebian13(mirror));
}

export const installMmdebstrap = (host: Host): Remedy | undefined =>
  aptFamily(host) ? asRoot(host, aptInstall('mmdebstrap', 'debian-archive-keyring')) : undefined;

export function startDaemon(host: Host): Remedy | undefined {
  if (host.platform === 'darwin') return { commands: ['open -a Docker   # or: colima start'], automatic: false };
  if (host.systemd) return asRoot(host, ['systemctl enable --now docker']);
  return asRoot(host, [daemonWithoutSystemd]);
}

/**
 * A second daemon in one network namespace takes the first one's bridge away: never start one beside another. One that was killed
 * takes a second to be gone, and what is left of its containerd makes the next one give up after a while: then once more.
 * And where neither systemd nor another init mounted the control groups, nobody else will.
 */
const daemonWithoutSystemd = `\
grep -q cgroup /proc/mounts || mount -t cgroup2 cgroup2 /sys/fs/cgroup
cd /
started=0
for second in $(seq 60); do
  docker version > /dev/null 2>&1 && exit 0
  if ! grep -qsE '^[0-9]+ \\(dockerd\\) [^ZX]' /proc/[0-9]*/stat; then
    [ $started -lt 2 ] || break
    started=$((started + 1))
    rm -f /var/run/docker.pid
    setsid nohup dockerd --log-level warn >> /var/log/dockerd.log 2>&1 < /dev/null &
  fi
  sleep 1
done
tail -n 5 /var/log/dockerd.log >&2; exit 1`;

/** Debian 12's Compose is version 1. Debian 13's plugins are plain Go programs that run there as they are. */
function pluginsOfDebian13(mirror: string): string[] {
  return [
    `\
apt=$(mktemp -d) && chmod 755 "$apt" && mkdir -p "$apt/lists/partial" "$apt/archives/partial"
trap 'rm -rf "$apt"' EXIT
echo 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror} trixie main' > "$apt/sources.list"
set -- -o Dir::Etc::SourceList="$apt/sources.list" -o Dir::Etc::SourceParts=/dev/null \\
  -o Dir::State::Lists="$apt/lists" -o Dir::Cache="$apt" -o APT::Sandbox::User=root
apt-get "$@" update
cd "$apt" && apt-get "$@" download docker-compose docker-buildx
for deb in ./*.deb; do dpkg-deb -x "$deb" unpacked; done
install -D -t /usr/libexec/docker/cli-plugins unpacked/usr/libexec/docker/cli-plugins/*`,
  ];
}

const aptInstall = (...packages: string[]) => [
  'apt-get update',
  `DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ${packages.join(' ')}`,
];

function installElsewhere(host: Host): Remedy | undefined {
  if (host.platform === 'darwin')
    return { commands: ['brew install --cask docker-desktop', 'open -a Docker'], automatic: false };
  const known = [host.distro.id, ...host.distro.like].find((id) => others[id]);
  return known ? { ...asRoot(host, others[known] ?? []), automatic: false } : undefined;
}

function asRoot(host: Host, commands: string[]): Remedy {
  if (host.root) return { commands, automatic: aptFamily(host) !== undefined };
  return { commands: commands.map(withSudo), automatic: false };
}

const withSudo = (command: string) =>
  command.includes('\n') ? `sudo sh -eu <<'END'\n${command}\nEND` : `sudo ${command}`;
