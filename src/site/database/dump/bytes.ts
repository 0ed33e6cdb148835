/** What single bytes of a dump mean, and lines in them. */
export const LF = 10;
const SPACE = 32;
export const CLOSE = 41;
export const STAR = 42;
export const DASH = 45;
export const SLASH = 47;
export const BACKSLASH = 92;
export const BACKTICK = 96;
const code = (character: string) => character.charCodeAt(0);

/** Bytes that may mean something outside of quotes. */
export const special = new Uint8Array(256);
for (const character of '\'"`#(),-/') special[code(character)] = 1;

export const isBlank = (byte: number | undefined) => byte === undefined || (byte <= SPACE && byte !== 0);

export function isAt(bytes: Buffer, at: number, text: Buffer): boolean {
  for (let index = 0; index < text.length; index++) if (bytes[at + index] !== text[index]) return false;
  return true;
}

export function linesIn(bytes: Buffer, from = 0, to = bytes.length): number {
  let lines = 0;
  for (let next = bytes.indexOf(LF, from); next >= 0 && next < to; next = bytes.indexOf(LF, next + 1)) lines++;
  return lines;
}

export const lineEnds = (lines: number) => Buffer.alloc(Math.max(0, lines), LF);

/** The last one that is not blank. */
export function lastByteOf(bytes: Buffer, start: number, to: number): number | undefined {
  for (let at = to - 1; at >= start; at--) if (!isBlank(bytes[at])) return bytes[at];
  return undefined;
}
