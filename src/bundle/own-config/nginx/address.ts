/** Whom nginx may ask for a site: nobody on this machine, no metadata service, no machine that exists only in the replica. Pure. */

/** Why an address may not be asked; undefined: it may. `address`: `host` or `host:port`, as proxy_pass and upstream's server have it. */
export function refuseAddress(address: string): string | undefined {
  if (address.startsWith('unix:')) return 'sockets of this machine are not for visitors';
  if (!/^(?:\[[0-9a-f:.]+\]|[\w.-]+)(?::\d{1,5})?$/i.test(address)) return 'it must be a plain host name or address';
  let host: string;
  try {
    // As the system's own resolver reads numbers: 2852039166 and 0xa9.0xfe.0xa9.0xfe are 169.254.169.254.
    host = new URL(`http://${address}/`).hostname.replace(/\.$/, '');
  } catch {
    return 'it is no address';
  }
  if (isMetadata(host)) return 'the metadata service hands out keys of the machine';
  if (isLocal(host)) return 'services of this machine are not for visitors';
  if (!host.includes('.') && !host.startsWith('['))
    return 'a name without a dot is a machine of the replica, which does not exist on AWS';
  return undefined;
}

const isMetadata = (host: string) =>
  /^169\.254\./.test(host) ||
  /169[.-]254[.-]169[.-]254|a9fea9fe/.test(host) ||
  /^\[(?:fd00:ec2:|fe80:|::ffff:|64:ff9b:)/.test(host) ||
  /^(?:metadata|instance-data|metadata\..*|instance-data\..*|.*\.internal)$/.test(host);

const isLocal = (host: string) =>
  /^(?:0|127)\./.test(host) || host === '[::]' || host === '[::1]' || /(?:^|\.)localhost$/.test(host);
