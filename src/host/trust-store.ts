/** Where a computer keeps the CAs that it trusts: the commands that add one and remove it. */
import type { Host } from './host.ts';

export interface Authority {
  /** Unique on the computer: the compose project. */
  name: string;
  /** Its certificate, PEM. */
  file: string;
  /** SHA-1 of the certificate, hex digits only. */
  fingerprint: string;
}

export interface TrustStore {
  /** One line of sh each. */
  add: string;
  remove: string;
  others: Other[];
}

/** A program with CAs of its own, and what to type or to choose in it. */
interface Other {
  program: string;
  command: string;
}

const firefox = { program: 'Firefox', command: 'about:config, security.enterprise_roots.enabled = true' };

/** Undefined for a system whose commands we do not know. */
export async function trustStore(host: Host, authority: Authority): Promise<TrustStore | undefined> {
  const { name, fingerprint } = authority;
  const file = quoted(authority.file);
  const node = { program: 'Node', command: `export NODE_EXTRA_CA_CERTS=${file}` };
  if (host.platform === 'darwin') {
    const keychain = '"$HOME/Library/Keychains/login.keychain-db"';
    return {
      add: `security add-trusted-cert -r trustRoot -p ssl -k ${keychain} ${file}`,
      remove: `security remove-trusted-cert ${file} && security delete-certificate -Z ${fingerprint} ${keychain}`,
      others: [firefox, node],
    };
  }
  const linux = await linuxStore(host, { ...authority, file });
  if (!linux) return undefined;
  // The browser of a Windows computer uses Windows' store, curl and PHP in WSL that of the distribution.
  if (host.env.WSL_DISTRO_NAME) {
    return {
      add: `${linux.add} && certutil.exe -user -addstore Root "$(wslpath -w ${file})"`,
      remove: `${linux.remove} && certutil.exe -user -delstore Root ${fingerprint}`,
      others: [firefox, node],
    };
  }
  const nss = 'certutil -d sql:"$HOME/.pki/nssdb"';
  return {
    ...linux,
    others: [
      { program: 'Chrome, Chromium', command: `${nss} -A -t C,, -n ${name} -i ${file}   # of libnss3-tools` },
      { program: 'Firefox', command: `Settings, View Certificates, Authorities, Import: ${authority.file}` },
      node,
    ],
  };
}

async function linuxStore(host: Host, { name, file }: Authority): Promise<Omit<TrustStore, 'others'> | undefined> {
  if (host.platform !== 'linux') return undefined;
  const sudo = host.root ? '' : 'sudo ';
  const kinds = [host.distro.id, ...host.distro.like];
  if (kinds.some((kind) => ['debian', 'ubuntu', 'alpine'].includes(kind))) {
    const place = `/usr/local/share/ca-certificates/${name}.crt`;
    // --fresh: it reads files again whose names it knows, and forgets those that are gone.
    const update = `${sudo}update-ca-certificates --fresh`;
    return {
      add: `${sudo}install -D -m 644 ${file} ${place} && ${update}`,
      remove: `${sudo}rm -f ${place} && ${update}`,
    };
  }
  // p11-kit: Fedora, Arch, SUSE and their descendants
  if (!(await host.has('trust'))) return undefined;
  return { add: `${sudo}trust anchor --store ${file}`, remove: `${sudo}trust anchor --remove ${file}` };
}

const quoted = (path: string) => (/^[\w./@-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);
