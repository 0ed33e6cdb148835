/** A folder's name, or any text, as a name that settings accept: 'Mein Café 2' → 'mein-cafe-2'. */
export function siteName(text: string): string {
  const name = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 31)
    .replace(/-+$/, '');
  return name || 'site';
}
