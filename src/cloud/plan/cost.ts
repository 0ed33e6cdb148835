/** The fixed parts of the bill: what is paid without a single visitor, from the parameters of the stacks. Pure. */
import type { Cost, CostPart } from '../../events.ts';
import { databaseCopies, hoursAMonth, monthly, prices, pricesOf } from './prices.ts';

/** A stack that exists, or will exist. */
export interface PricedStack {
  part: string;
  parameters: Readonly<Record<string, string>>;
}

interface Item {
  /** Row of the list. */
  name: string;
  /** Key of the table. */
  what: string;
  count: number;
}

/** `before`: the stacks that exist now. */
export function estimateCost(region: string, before: readonly PricedStack[], after: readonly PricedStack[]): Cost {
  const table = prices[region];
  if (!table) return { parts: [], unknown: [], prices: pricesOf };
  const [old, now] = [itemsOf(before), itemsOf(after)];
  const names = [...new Set([...now, ...old].map(({ name }) => name))];
  const largest = ({ before: was = 0, after: is = was }: CostPart) => is;
  const unsorted = names.map((name): CostPart => {
    const [its, own] = [old, now].map((items) => items.filter((item) => item.name === name)) as [Item[], Item[]];
    const text = own.map(inWords).join(', ');
    // Where one thing has no price, on either side, there is no sum: half of it would be taken for the whole.
    if ([...its, ...own].some(({ what }) => !(what in table))) return { name, text };
    return {
      ...{ name, text },
      ...(its.length > 0 ? { before: dollarsOf(its, table) } : {}),
      ...(own.length > 0 ? { after: dollarsOf(own, table) } : {}),
    };
  });
  const parts = unsorted.sort((a, b) => largest(b) - largest(a));
  const sum = (key: 'before' | 'after') => cents(parts.reduce((all, part) => all + (part[key] ?? 0), 0));
  return {
    ...(before.length > 0 ? { before: sum('before') } : {}),
    ...{ after: sum('after'), parts, prices: pricesOf },
    ...(table.logged === undefined ? {} : { logged: table.logged }),
    unknown: [...new Set([...now, ...old].map(({ what }) => what))].filter((what) => !(what in table)),
  };
}

const cents = (dollars: number) => Math.round(dollars * 100) / 100;

const dollarsOf = (items: readonly Item[], table: Readonly<Record<string, number>>) =>
  cents(
    items.reduce((sum, { what, count }) => sum + count * (table[what] ?? 0) * (monthly.has(what) ? 1 : hoursAMonth), 0),
  );

/** '2 × t3.small', '50 GB gp3' */
const inWords = ({ what, count }: Item) =>
  /gp3$/.test(what) ? `${count} GB ${what.replace('db ', '')}` : count === 1 ? what : `${count} × ${what}`;

function itemsOf(all: readonly PricedStack[]): Item[] {
  const of = Object.assign({}, ...all.map(({ parameters }) => parameters)) as Readonly<Record<string, string>>;
  const parts = new Set(all.map(({ part }) => part));
  const items = [...parts].flatMap((part) => (itemsIn[part] ?? (() => []))(of));
  // The load balancer has an address in each zone, and its stack does not know how many zones there are.
  const addresses = (parts.has('network') ? gateways(of) : 0) + (parts.has('edge') ? number(of.Zones) : 0);
  return sumUp([...items, row('public addresses', 'public IPv4', addresses)]);
}

/** One item for the same thing in the same row, with their number. */
function sumUp(items: readonly Item[]): Item[] {
  const counted = new Map<string, Item>();
  for (const item of items) {
    if (item.what === '' || !(item.count > 0)) continue;
    const key = `${item.name}\n${item.what}`;
    counted.set(key, { ...item, count: item.count + (counted.get(key)?.count ?? 0) });
  }
  return [...counted.values()];
}

type Parameters = Readonly<Record<string, string>>;

const number = (value: string | undefined) => Number(value ?? 0);
const gateways = ({ Nat, Zones }: Parameters) => (Nat === 'one' ? 1 : number(Zones));
const row = (name: string, what: string | undefined, count: number): Item => ({ name, what: what ?? '', count });
const disks = (gigabytes: number) => row('disks', 'gp3', gigabytes);
const small = (what: string, count: number) => row('keys, secrets, zone', what, count);

const watched = (what: 'metric' | 'alarm', count: number) => row('metrics, alarms', what, count);
/** What a group of one says of its health, and the alarm where it does not. */
const healthOf = (groups: number) => [watched('metric', groups), watched('alarm', groups)];

const itemsIn: Readonly<Record<string, (of: Parameters) => Item[]>> = {
  bootstrap: () => [small('KMS key', 1)],
  network: (of) => [row('NAT gateway', 'NAT gateway', gateways(of)), small('hosted zone', 1)],
  data: (of) => [
    row('database', of.DatabaseClass, databaseCopies),
    row('database', 'db gp3', databaseCopies * number(of.DatabaseStorage)),
    row('memcached', of.CacheNodeType, number(of.CacheNodes)),
    small('secret', 3), // two of the template, and the master user's, which RDS manages
  ],
  certificate: () => [watched('alarm', 1)],
  search: (of) => [
    ...healthOf(1),
    row('search machine', of.SearchInstanceType, 1),
    disks(number(of.SearchDisk) + number(of.SearchStorage)),
  ],
  files: (of) =>
    of.FilesStore === 'gluster'
      ? [
          ...healthOf(3),
          row('files machines', of.FilesInstanceType, 2),
          row('files machines', of.ArbiterInstanceType, 1),
          disks(2 * (number(of.FilesDisk) + number(of.FilesStorage))),
          disks(number(of.ArbiterDisk) + number(of.ArbiterStorage)),
        ]
      : [],
  mail: () => [small('secret', 1)],
  edge: () => [row('load balancer', 'load balancer', 1), small('secret', 1)],
  web: (of) => [
    row('web machines', of.WebInstanceType, number(of.WebMin)),
    row('admin machine', of.AdminInstanceType, 1),
    disks(number(of.WebMin) * number(of.WebDisk) + number(of.AdminDisk)),
    ...healthOf(1), // admin
    // Health of web, the age of the newest backup, and what 80-watch has by the project's name; of each web machine EC2's own seven, each minute.
    watched('metric', 7 + 7 * number(of.WebMin)),
    watched('alarm', 2), // by which the group grows and shrinks
  ],
  watch: () => [watched('alarm', 18)],
};
