/** Files by path, relative with `/`; what a tree on a machine is made of. */
export interface TreeFile {
  bytes: Buffer;
  /** Octal text, four digits: 0644, 0755. */
  mode: '0644' | '0755';
}
export type Tree = ReadonlyMap<string, TreeFile>;

/** A file that begins with `#!` is a program; git and npm do not carry modes reliably enough to decide by them. */
export function treeFile(bytes: Buffer): TreeFile {
  return { bytes, mode: bytes.subarray(0, 2).toString('latin1') === '#!' ? '0755' : '0644' };
}
