/** The same values, which MySQL, RDS, memcached and ElastiCache each write in their own way. */

const units: Record<string, number> = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };
const words: Record<string, string> = { on: '1', true: '1', yes: '1', off: '0', false: '0', no: '0' };

/** ON, true and 1 are '1'; 16M is '16777216'; 1.000000 is '1'; a list is sorted; upper and lower case are the same. */
export function canonical(value: string): string {
  const text = value.trim().toLowerCase();
  if (text in words) return words[text] as string;
  const [, number, unit] = /^(\d+)([kmgt])b?$/.exec(text) ?? [];
  if (number && unit) return String(Number(number) * (units[unit] as number));
  if (/^\d+(?:\.\d+)?$/.test(text)) return String(Number(text));
  return text.includes(',') ? text.split(',').map(canonical).sort().join(',') : text;
}

/** innodb-buffer-pool-size, innodb_buffer_pool_size and loose-innodb-… are one key. */
export const canonicalKey = (key: string) =>
  key
    .trim()
    .toLowerCase()
    .replaceAll('-', '_')
    .replace(/^loose_/, '');
