/** The way of a connection's packets in each mode, drawn: who rewrites what, and which way the answer takes. At most 78 columns wide. */
import type { Mode } from './choice.ts';

/** By the names that LVS' own documentation has for them. */
export interface Addresses {
  /** Of the client. */
  cip: string;
  /** The virtual one, of the service: what the client asks. */
  vip: string;
  /** The director's own, on the side of the servers. */
  dip: string;
  /** Of the real server. */
  rip: string;
}

const through = ['client ──1──▸ director ──2──▸ web-1', '       ◂──4──          ◂──3──'];
const past = ['client ──1──▸ director ──2──▸ web-1', '       ◂───────────3──────────'];

type Name = 'CIP' | 'VIP' | 'DIP' | 'RIP';

interface Way {
  drawing: readonly string[];
  steps: readonly (readonly [from: Name, to: Name, note: string])[];
}

const ways: Record<Mode, Way> = {
  fullnat: {
    drawing: through,
    steps: [
      ['CIP', 'VIP', ''],
      ['DIP', 'RIP', 'source and destination are rewritten'],
      ['RIP', 'DIP', 'it answers whom it sees: the director'],
      ['VIP', 'CIP', 'both are rewritten back'],
    ],
  },
  nat: {
    drawing: through,
    steps: [
      ['CIP', 'VIP', ''],
      ['CIP', 'RIP', 'the destination is rewritten'],
      ['RIP', 'CIP', 'its default gateway is the director'],
      ['VIP', 'CIP', 'the source is rewritten back'],
    ],
  },
  dr: {
    drawing: past,
    steps: [
      ['CIP', 'VIP', ''],
      ['CIP', 'VIP', "the same, in a frame to web-1's MAC"],
      ['VIP', 'CIP', 'VIP is on its lo: it answers itself'],
    ],
  },
  tun: {
    drawing: past,
    steps: [
      ['CIP', 'VIP', ''],
      ['DIP', 'RIP', 'around the packet of 1: IP in IP'],
      ['VIP', 'CIP', 'VIP is on its tunl0: it answers itself'],
    ],
  },
};

/** With addresses, or by their names; `server`: which one it is, where it is known. */
export function drawPackets(mode: Mode, known?: { addresses: Addresses; server: string }): string[] {
  const { drawing, steps } = ways[mode];
  const { cip, vip, dip, rip } = known?.addresses ?? { cip: 'CIP', vip: 'VIP', dip: 'DIP', rip: 'RIP' };
  const addresses: Record<Name, string> = { CIP: cip, VIP: vip, DIP: dip, RIP: rip };
  const width = Math.max(...Object.values(addresses).map((address) => address.length));
  const server = known?.server ?? 'web-1';
  const named = (name: Name) => addresses[name].padEnd(width);
  return [
    ...drawing.map((line) => line.replace('web-1', server)),
    ...steps.map(([from, to, note], at) =>
      `${at + 1}  ${named(from)} → ${named(to)}  ${note.replace('web-1', server)}`.trimEnd(),
    ),
  ];
}
