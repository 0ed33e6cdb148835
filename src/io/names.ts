import { lookup } from 'node:dns/promises';

/** Addresses that this computer finds for a host name; none: it finds nothing. */
export async function addressesOf(name: string): Promise<string[]> {
  const found = await lookup(name, { all: true }).catch(() => []);
  return found.map(({ address }) => address);
}
