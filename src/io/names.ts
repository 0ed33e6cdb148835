import { lookup } from 'node:dns/promises';
import { hostname, userInfo } from 'node:os';

/** Addresses that this computer finds for a host name; empty: none. */
export async function addressesOf(name: string): Promise<string[]> {
  const found = await lookup(name, { all: true }).catch(() => []);
  return found.map(({ address }) => address);
}

/** Who works on this computer, for others to read: user@host. */
export function holder(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    return hostname(); // a container's user may have no name
  }
}
