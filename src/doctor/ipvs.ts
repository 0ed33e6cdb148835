import type { Check } from './check.ts';

/** For balancer.kind lvs alone, so never a reason not to be ready: without it haproxy distributes. `up` asks in a container, which decides. */
export const ipvs: Check = {
  id: 'ipvs',
  title: 'LVS',
  async look(host) {
    if (host.platform !== 'linux')
      return { state: 'ok', text: "the kernel of Docker's own machine is asked by bootdev up" };
    if ((await host.read('/proc/net/ip_vs')) !== undefined) return { state: 'ok', text: 'the kernel has IPVS' };
    const text = 'no IPVS in the kernel now, so haproxy distributes (balancer.kind lvs: sudo modprobe ip_vs)';
    return { state: 'ok', text };
  },
};
