/** AWS's XML answers: arrays are <member> (query) or <item> (EC2). */
type Tree = string | number | boolean | undefined | Date | Tree[] | { [name: string]: Tree };

const escaped = (text: string) =>
  text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? sign);

export function xml(value: Tree, item: 'member' | 'item' = 'member'): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.map((each) => `<${item}>${xml(each, item)}</${item}>`).join('');
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object') return escaped(String(value));
  return Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .map(([name, each]) => `<${name}>${xml(each, item)}</${name}>`)
    .join('');
}

export type { Tree };
