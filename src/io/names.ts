import { lookup } from 'node:dns/promises';
import { hostname, userInfo } from 'node:os';

/** Addresses that this computer finds for a host name; none: it finds nothing. */
export async function addressesOf(name: string): Promise<string[]> {
  const found = await lookup(name, { all: true }).catch(() => []);
  return found.map(({ address }) => address);
}

/** Who sits here, for others to read. */
export function holder(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    return hostname(); // a container's user may have no name
  }
}
