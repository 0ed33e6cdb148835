/** What `ipvsadm -L -n --stats --exact` says, by server. */

export interface Counts {
  connections: number;
  packetsIn: number;
  packetsOut: number;
}

/**
 * The servers' counts of one service ('172.18.0.2:8001', or a firewall mark), by address. The kernel brings them up to date about every two
 * seconds. Empty where there is no such service.
 */
export function readStats(text: string, service: string): ReadonlyMap<string, Counts> {
  const counts = new Map<string, Counts>();
  let within = false;
  for (const line of text.split('\n')) {
    const head = /^(?:TCP|FWM)\s+(\S+)/.exec(line);
    if (head) within = head[1] === service;
    const row = /^\s+->\s+([\d.]+):\d+\s+(\d+)\s+(\d+)\s+(\d+)/.exec(line);
    if (!within || !row) continue;
    const [, address = '', connections, packetsIn, packetsOut] = row;
    counts.set(address, {
      connections: Number(connections),
      packetsIn: Number(packetsIn),
      packetsOut: Number(packetsOut),
    });
  }
  return counts;
}
