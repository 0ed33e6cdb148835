import { expect, test } from 'vitest';
import type { LessonCommand } from '../../src/answers/lesson.ts';
import { modes } from '../../src/lesson/choice.ts';
import { add, addAddresses, enter, leave, type Machines, remove, spare } from '../../src/lesson/commands.ts';
import { drawPackets } from '../../src/lesson/packets.ts';

const place = (address: string, device: string) => ({ address, interface: device });
const machines: Machines = {
  director: { front: place('172.18.0.2', 'eth0'), back: place('172.19.0.2', 'eth1') },
  client: { front: place('172.18.0.3', 'eth1'), back: place('172.19.0.5', 'eth0') },
  servers: [
    { name: 'web-1', address: '172.19.0.3' },
    { name: 'web-2', address: '172.19.0.4' },
  ],
  gateway: '172.19.0.1',
  iptables: 'iptables-nft',
};
const typed = (commands: LessonCommand[]) => commands.map(({ on, command }) => `${on}$ ${command}`);

test('what each mode needs beside the table', () => {
  expect(Object.fromEntries(modes.map((mode) => [mode, typed(enter(mode, machines))]))).toEqual({
    fullnat: [
      'director$ grep -x 1 /proc/sys/net/ipv4/vs/conntrack',
      'director$ iptables-nft -t nat -A POSTROUTING -m ipvs --vdir ORIGINAL --vmethod MASQ -j MASQUERADE',
    ],
    nat: [
      'director$ grep -x 1 /proc/sys/net/ipv4/ip_forward',
      'web-1$ ip route replace default via 172.19.0.2',
      'web-2$ ip route replace default via 172.19.0.2',
    ],
    dr: [
      'web-1$ grep -x 1 /proc/sys/net/ipv4/conf/all/arp_ignore',
      'web-1$ ip address add 172.19.0.2/32 dev lo',
      'web-2$ grep -x 1 /proc/sys/net/ipv4/conf/all/arp_ignore',
      'web-2$ ip address add 172.19.0.2/32 dev lo',
    ],
    tun: [
      'web-1$ ip link set tunl0 up',
      'web-1$ ip address add 172.19.0.2/32 dev tunl0',
      'web-2$ ip link set tunl0 up',
      'web-2$ ip address add 172.19.0.2/32 dev tunl0',
    ],
  });
});

test('and the way back from it', () => {
  expect(modes.flatMap((mode) => typed(leave(mode, machines)).slice(0, 1))).toEqual([
    'director$ iptables-nft -t nat -D POSTROUTING -m ipvs --vdir ORIGINAL --vmethod MASQ -j MASQUERADE',
    'web-1$ ip route replace default via 172.19.0.1',
    'web-1$ ip address del 172.19.0.2/32 dev lo',
    'web-1$ ip address del 172.19.0.2/32 dev tunl0',
  ]);
});

test("the seed's commands: a service, its servers, and gone again", () => {
  const service = { scheduler: 'wlc', mode: 'nat', weights: [3, 1], port: 8001, marked: false } as const;
  expect(typed(add(service, machines))).toEqual([
    'director$ ipvsadm -A -t 172.18.0.2:8001 -s wlc',
    'director$ ipvsadm -a -t 172.18.0.2:8001 -r 172.19.0.3:8001 -m -w 3',
    'director$ ipvsadm -a -t 172.18.0.2:8001 -r 172.19.0.4:8001 -m -w 1',
  ]);
  expect(typed(remove(service, machines))).toEqual(['director$ ipvsadm -D -t 172.18.0.2:8001']);
});

test('several addresses are one service by a mark of the firewall', () => {
  const service = { scheduler: 'dh', mode: 'dr', weights: [3], port: 8004, marked: true } as const;
  expect(typed(add(service, machines))).toEqual([
    'director$ iptables-nft -t mangle -A PREROUTING -p tcp --dport 8004 -j MARK --set-mark 8004',
    'director$ ipvsadm -A -f 8004 -s dh',
    'director$ ipvsadm -a -f 8004 -r 172.19.0.3 -g -w 3',
  ]);
});

test.each([
  ['172.18.0.0/16', '172.18.255.100', '172.18.255.150'],
  ['192.168.16.0/20', '192.168.31.100', '192.168.31.150'],
  ['10.0.5.0/24', '10.0.5.100', '10.0.5.150'],
])('thirty addresses more in %s', (network, source, destination) => {
  expect(spare(network, 'sources', 30)[0]).toBe(source);
  expect(spare(network, 'destinations', 30)[0]).toBe(destination);
  expect(new Set([...spare(network, 'sources', 30), ...spare(network, 'destinations', 30)]).size).toBe(60);
});

test('a network that is too small has none', () => {
  expect(spare('10.0.5.0/26', 'sources', 30)).toEqual([]);
  expect(spare('', 'sources', 30)).toEqual([]);
});

test('they are added by one line', () => {
  expect(addAddresses('client', spare('10.0.5.0/24', 'sources', 30), 'eth0')).toEqual({
    on: 'client',
    command: 'for n in {100..129}; do ip address replace 10.0.5.$n/32 dev eth0; done',
  });
});

test.each(modes)('the way of the packets in mode %s fits 78 columns, with the longest addresses too', (mode) => {
  const [cip, vip, dip, rip] = ['192.168.255.100', '192.168.255.101', '192.168.255.102', '192.168.255.103'];
  const known = drawPackets(mode, { addresses: { cip, vip, dip, rip }, server: 'web-3' });
  for (const line of [...drawPackets(mode), ...known]) expect(line.length).toBeLessThanOrEqual(77);
  expect(known.join('\n')).toContain(`${cip} → ${vip}`);
  expect(known[0]).toBe('client ──1──▸ director ──2──▸ web-3');
  expect(drawPackets(mode).length).toBe(mode === 'dr' || mode === 'tun' ? 5 : 6);
});
