/** What an image is, by its first bytes. */
import { disableTypes, imageSize, types } from 'image-size';

export interface Measured {
  kind: string;
  /** Pixels; an SVG has none of its own. */
  width?: number;
  height?: number;
}

const kinds = new Set(['png', 'jpg', 'webp', 'gif']);
// What no social network shows is not even tried: the fewer readers, the fewer surprises.
disableTypes(types.filter((type) => !kinds.has(type)));

/** undefined: none that browsers and social networks know. */
export function measure(bytes: Buffer): Measured | undefined {
  if (/<svg[\s>]/i.test(bytes.subarray(0, 1024).toString('latin1'))) return { kind: 'SVG' };
  try {
    const { type = '', width, height } = imageSize(bytes);
    return kinds.has(type) ? { kind: type === 'jpg' ? 'JPEG' : type.toUpperCase(), width, height } : undefined;
  } catch {
    return undefined;
  }
}
