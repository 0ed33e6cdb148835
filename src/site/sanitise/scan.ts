/**
 * Looks through a sanitised dump for what should not be there. It knows nothing of the rules by which that was made, and reads it in another
 * way: line by line, whatever table or column it is in.
 */
export interface Leak {
  /** The table whose rows these are in; '' outside of rows. */
  table: string;
  kind: 'mail address' | 'hash of a password' | 'key';
  count: number;
}

const notPicture = '(?![a-z0-9_.-]*\\.(?:png|jpe?g|gif|svg|webp|avif|css|m?js|mp4|webm|pdf)(?![a-z0-9_]))'; // logo@2x.png
const patterns: [Leak['kind'], RegExp][] = [
  // From the @ on, and back from there: in a blob's million of letters each one may begin a name, and none is followed by one.
  ['mail address', new RegExp(`@(?<=[a-z0-9_.+%-]@)${notPicture}(?:[a-z0-9_-]+\\.)+[a-z]{2,}(?![a-z0-9])`, 'gi')],
  ['hash of a password', /\$(?:P|H|S|2[aby]|5|6|argon2id?)\$[a-z0-9./$,=+-]{20,}/gi],
  [
    'key',
    /\b(?:sk|rk|pk)_live_\w{10,}|\bAKIA[A-Z0-9]{16}\b|\bgh[pousr]_\w{20,}|\bxox[abprs]-[\w-]{10,}|\beyJ[\w-]{10,}\.[\w-]{10,}/g,
  ],
];
/** A mask, and names that nobody can have (RFC 2606). */
const harmless = /^[x.+-]+@[x.-]+$|[@.]example(?:\.(?:com|net|org))?$|\.(?:invalid|example|test)$/i;

/** What stands before the @ of a mail address; of other finds nothing. */
const nameBefore = (text: string, at: number) =>
  text[at] === '@' ? (/[a-z0-9_.+%-]+$/i.exec(text.slice(Math.max(0, at - 64), at))?.[0] ?? '') : '';

export class LeakScanner {
  private readonly leaks = new Map<string, Leak>();
  private table = '';
  private rest: Buffer[] = [];

  push(piece: Uint8Array): void {
    const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    const end = bytes.lastIndexOf(10) + 1;
    if (end > 0) {
      const lines = Buffer.concat([...this.rest, bytes.subarray(0, end)]).toString('latin1');
      this.rest = [];
      for (const line of lines.split('\n')) this.look(line);
    }
    if (end < bytes.length) this.rest.push(Buffer.from(bytes.subarray(end)));
  }

  /** What was found, most first. */
  end(): Leak[] {
    this.look(Buffer.concat(this.rest).toString('latin1'));
    this.rest = [];
    return [...this.leaks.values()].sort((one, other) => other.count - one.count);
  }

  private look(line: string): void {
    const [, table] = /^(?:INSERT|REPLACE) [A-Z ]*INTO `([^`]+)`/.exec(line) ?? [];
    if (table !== undefined) this.table = table;
    const text = line.replace(/\\./g, '  '); // "\nme@…" is a line break before an address
    const blobs = [...line.matchAll(/\b0x((?:[0-9a-f]{2}){8,})/gi)].map(([, hex = '']) =>
      Buffer.from(hex, 'hex').toString('latin1'),
    );
    for (const each of [text, ...blobs]) {
      for (const [kind, pattern] of patterns) {
        for (const { 0: found, index } of each.matchAll(pattern))
          if (!harmless.test(nameBefore(each, index) + found)) this.add(kind);
      }
    }
    if (line.endsWith(';')) this.table = '';
  }

  private add(kind: Leak['kind']): void {
    const key = `${this.table} ${kind}`;
    const leak = this.leaks.get(key) ?? { table: this.table, kind, count: 0 };
    leak.count += 1;
    this.leaks.set(key, leak);
  }
}
