import { type Check, gigabyte, inGigabytes } from './check.ts';
import { dockerInfo } from './docker.ts';

/** All machines of a small replica together, measured under light load. */
const needed = 1.5 * gigabyte;

export const memory: Check = {
  id: 'memory',
  title: 'Memory',
  async look(host, signal) {
    const total = (await dockerInfo(host, signal))?.MemTotal ?? host.memory;
    if (total < needed) {
      const commands =
        host.platform === 'darwin' ? ['colima start --memory 4   # or Docker Desktop: Settings → Resources'] : [];
      const text = `${inGigabytes(total)} in all, a replica needs ${inGigabytes(needed)}`;
      return { state: 'fail', text, ...(commands.length > 0 && { remedy: { commands, automatic: false } }) };
    }
    const available = /^MemAvailable:\s+(\d+) kB$/m.exec((await host.read('/proc/meminfo')) ?? '')?.[1];
    if (available !== undefined && Number(available) * 1024 < needed) {
      const free = inGigabytes(Number(available) * 1024);
      return {
        state: 'warn',
        text: `only ${free} of ${inGigabytes(total)} free now, a replica needs ${inGigabytes(needed)}`,
      };
    }
    return { state: 'ok', text: inGigabytes(total) };
  },
};
