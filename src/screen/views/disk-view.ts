/** What a replica uses on the disk, as a table with sums. */
import type { DiskUse } from '../../events.ts';
import { type Line, span } from '../line.ts';
import { columnsOf, pad } from '../width.ts';
import { sizeWords } from '../words.ts';

export function diskTable({ volumes, images, old, oldPackages }: DiskUse): Line[] {
  const names = [...volumes, ...images, ...old, ...oldPackages].map(({ name }) => columnsOf(name));
  const width = Math.max(...names, 'images (shared layers counted for each)'.length);
  const row = (name: string, bytes: number): Line => [span(`  ${pad(name, width)}`), span(`  ${size(bytes)}`)];
  const part = (title: string, rows: DiskUse['old']): Line[] => [
    [span(`${pad(title, width + 2)}  ${size(rows.reduce((sum, { bytes }) => sum + bytes, 0))}`, 'strong')],
    ...[...rows].sort((a, b) => b.bytes - a.bytes).map(({ name, bytes }) => row(name, bytes)),
  ];
  return [
    ...part('volumes', volumes),
    ...part('images (shared layers counted for each)', images),
    ...(old.length > 0 ? part('old images: bootdev prune', old) : []),
    ...(oldPackages.length > 0 ? part('old packages for AWS: bootdev prune', oldPackages) : []),
  ];
}

const size = (bytes: number) => sizeWords(bytes).padStart(10);
