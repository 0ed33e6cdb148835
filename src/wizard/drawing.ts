import type { Settings } from '../settings/schema.ts';

/** The machines of these settings, and which of them talk to each other. */
export function drawMachines({ balancer, web, memcached, database, search, files }: Settings): string[] {
  const webs = Array.from({ length: web.count }, (_, index) => `web ${index + 1}`);
  const left = [...webs, 'admin'];
  const numbers = Array.from({ length: memcached.count }, (_, index) => index + 1).join(' ');
  const finder = search.engine === 'none' ? [] : [search.engine];
  const store = files.store === 'volume' ? 'files' : `${files.store} 1 2`;
  const right = [database.engine, `memcached ${numbers}`, ...finder, store, 's3', 'mail'];
  const entry = `visitors ─▸ ${balancer.kind === 'lvs' ? 'lvs' : 'lb'} ─`;
  return Array.from({ length: Math.max(left.length, right.length) }, (_, row) => {
    const before = row === 0 ? entry : ' '.repeat(entry.length);
    const machine = left[row] ? `${left[row].padEnd(5)} ─` : ' '.repeat(7);
    const service = right[row];
    return `${before}${fork(row, webs.length)}${machine}${joint(row, left.length, right.length)}${service ? `─▸ ${service}` : ''}`;
  });
}

/** From the balancer to the web machines; not to admin. */
function fork(row: number, webs: number): string {
  if (row >= webs) return '    ';
  if (webs === 1) return '──▸ ';
  return `${row === 0 ? '┬' : row === webs - 1 ? '└' : '├'}─▸ `;
}

/** Between the two sides: every machine on the left is connected to every one on the right. */
function joint(row: number, left: number, right: number): string {
  const last = Math.max(left, right) - 1;
  if (row === 0) return '┬';
  if (row < left) return row < right ? (row === last ? '┴' : '┼') : row === last ? '┘' : '┤';
  return row === last ? '└' : '├';
}
