/** A file of a machine. */
export interface TreeFile {
  bytes: Buffer;
  /** Octal text, four digits: 0644, 0755. */
  mode: '0644' | '0755';
}
/** Files by path, relative with `/`; what a machine's configuration is made of. */
export type Tree = ReadonlyMap<string, TreeFile>;

/** One entry of any tree that has a digest: of a machine's files, of a site's code. */
export interface TreeEntry {
  /** Bytes where the name is not UTF-8. */
  path: string | Uint8Array;
  /** As TreeFile has it; 120000 is a symlink, whose bytes are where it points. */
  mode: TreeFile['mode'] | '120000';
  bytes: Buffer;
}

export const treeEntries = (tree: Tree) => [...tree].map(([path, file]) => ({ path, ...file }));

/**
 * Programs by their first bytes: a script (`#!`), or a binary of Linux (ELF). git and npm do not carry modes reliably enough to decide by
 * them.
 */
export const isProgram = (head: Buffer): boolean => /^(?:#!|\x7fELF)/.test(head.toString('latin1', 0, 4));

export const treeFile = (bytes: Buffer): TreeFile => ({ bytes, mode: isProgram(bytes) ? '0755' : '0644' });
