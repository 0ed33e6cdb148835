/** Addresses that are this computer's own, or of the network it is in: nobody else's page may have them asked. */
import { lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

const own = new BlockList();
for (const [net, prefix] of [
  ...(['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'] as const),
  ...(['192.168.0.0/16', '224.0.0.0/4', '240.0.0.0/4'] as const),
].map((range) => range.split('/') as [string, string])) {
  own.addSubnet(net, Number(prefix), 'ipv4');
}
for (const [net, prefix] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
  ['64:ff9b::', 96],
] as const) {
  own.addSubnet(net, prefix, 'ipv6');
}

export function isOwnAddress(address: string): boolean {
  const plain = address.replace(/^\[|\]$/g, '');
  const kind = isIP(plain);
  // BlockList knows an IPv4 address in IPv6's form (::ffff:127.0.0.1) as what it is.
  return kind !== 0 && own.check(plain, kind === 4 ? 'ipv4' : 'ipv6');
}

export const ownNetworkWords = "leads to this computer's own network";

/** The names' addresses, unless one of them is such. */
export const lookupElsewhere: LookupFunction = (name, options, done) => {
  lookup(name, { ...options, all: true }, (error, addresses) => {
    const found = addresses ?? [];
    const inside = found.find(({ address }) => isOwnAddress(address));
    const refused = inside && Object.assign(new Error(`${name} ${ownNetworkWords}`), { code: 'EOWNNETWORK' });
    if (error || refused) return done(error ?? refused ?? null, '', 4);
    if (options.all) return done(null, found);
    done(null, found[0]?.address ?? '', found[0]?.family);
  });
};
