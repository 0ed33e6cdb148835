import { expect, test } from 'vitest';
import { readStats } from '../../src/lesson/stats.ts';

/** As ipvsadm 1.31 printed it, and a service with a firewall mark beside it. */
const text = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes
  -> RemoteAddress:Port
TCP  172.21.0.2:8001                    40      280      200    15960    14440
  -> 172.21.0.3:8001                    30      210      150    11970    10830
  -> 172.21.0.4:8001                    10       70       50     3990     3610
TCP  172.21.0.2:8002                     1        5        0      400        0
  -> 172.21.0.3:8002                     1        5        0      400        0
FWM  8003                               12       60        0     3990        0
  -> 172.21.0.3:0                       12       60        0     3990        0
`;

test('the servers of one service, by address', () => {
  expect([...readStats(text, '172.21.0.2:8001')]).toEqual([
    ['172.21.0.3', { connections: 30, packetsIn: 210, packetsOut: 150 }],
    ['172.21.0.4', { connections: 10, packetsIn: 70, packetsOut: 50 }],
  ]);
  expect([...readStats(text, '172.21.0.2:8002')]).toEqual([
    ['172.21.0.3', { connections: 1, packetsIn: 5, packetsOut: 0 }],
  ]);
});

test('of a firewall mark', () => {
  expect([...readStats(text, '8003')]).toEqual([['172.21.0.3', { connections: 12, packetsIn: 60, packetsOut: 0 }]]);
});

test('a service that is not there, or nothing', () => {
  expect(readStats(text, '172.21.0.2:80').size).toBe(0);
  expect(readStats('', '172.21.0.2:8001').size).toBe(0);
});
