/**
 * A dump, piece by piece, as its statements: rows go through as they are, whatever their length; each other statement is handed over
 * whole. Memory stays the same for a dump of any size. Lines stay lines, so a server's "at line 812" is true of the file.
 */
import { UserError } from '../../../errors.ts';
import {
  BACKSLASH,
  BACKTICK,
  CLOSE,
  DASH,
  isAt,
  isBlank,
  LF,
  lastByteOf,
  lineEnds,
  linesIn,
  SLASH,
  STAR,
  special,
} from './bytes.ts';
import { skip } from './skip.ts';

export interface Reader {
  /** What becomes of a statement that is no row data; `text`: a character is a byte. Throws UserError. */
  statement(text: string, line: number): string;
  /** A comment between statements, or its beginning. */
  comment(text: string): void;
  /** A statement with rows begins. */
  rows(): void;
}

/** A statement that is no row data is kept in memory until it ends. */
const longest = 32 * 2 ** 20;
/**
 * Rows are cut into statements of about the size that mysqldump writes. A server keeps one in memory, and of short rows a hundred times as
 * much: with 4 MB, a statement of a million of them ended a MySQL of 768 MB.
 */
const slice = 2 ** 20;
/** Enough to know what begins here. */
const lookahead = 4096;
const insert = /^(?:insert|replace)\s(?:[^'"`;()]|`(?:[^`]|``)*`|\([^()'"]*\))*?\bvalues?\b/i;

export class Scanner {
  private readonly reader: Reader;
  /** What is to be looked at again, with the next piece. */
  private carry: Buffer = Buffer.alloc(0);
  /** The number of the line that `carry` begins in. */
  private line = 1;
  private startLine = 1;
  private where: 'between' | 'rows' | 'statement' = 'between';
  /** The open quote; LF: a comment to the end of the line; STAR: a block comment; 0: none. */
  private inside = 0;
  private depth = 0;
  private delimiter: Buffer = Buffer.from(';');
  /** The beginning of a statement that is not whole. */
  private held: Buffer[] = [];
  private heldBytes = 0;
  /** `INSERT INTO … VALUES`, which each part of cut rows begins with. */
  private head: Buffer | undefined;
  private headOfBefore: Buffer | undefined;
  private sinceCut = 0;
  private wasCut = false;
  private lastByte = 0;

  private readonly keepComments: boolean;

  /** `keepComments`: they are written too. */
  constructor(reader: Reader, { keepComments = false } = {}) {
    this.reader = reader;
    this.keepComments = keepComments;
  }

  /** What becomes of these bytes, as far as it is known. Throws UserError. */
  push(piece: Buffer): Buffer[] {
    return this.scan(this.carry.length > 0 ? Buffer.concat([this.carry, piece]) : piece, false);
  }

  /** What is left. Throws UserError where the dump ends inside a statement. */
  end(): Buffer[] {
    const out = this.scan(this.carry, true);
    if (this.where === 'between') return out;
    throw new UserError(
      `The dump ends in the middle of the statement that begins at line ${this.startLine}: it is not whole.`,
      { hint: 'export it again, or copy it again: compare the sizes of both files' },
    );
  }

  private scan(bytes: Buffer, last: boolean): Buffer[] {
    const out: Buffer[] = [];
    let at = 0;
    let counted = 0;
    const count = () => {
      this.line += linesIn(bytes, counted, at);
      counted = at;
    };
    for (;;) {
      if (this.where === 'between') {
        const from = at;
        while (at < bytes.length && isBlank(bytes[at])) at++;
        out.push(lineEnds(linesIn(bytes, from, at)));
        if (at >= bytes.length || (bytes.length - at < lookahead && !last)) break;
        count();
        const skipped = skip(bytes, at, { last, line: this.line, keepComments: this.keepComments });
        if (skipped === undefined) break;
        if (skipped.comment !== undefined) this.reader.comment(skipped.comment);
        if (skipped.delimiter) this.delimiter = skipped.delimiter;
        if (skipped.to > at) {
          out.push(skipped.written, lineEnds(linesIn(bytes, at, skipped.to) - linesIn(skipped.written)));
          at = skipped.to;
          continue;
        }
        this.begin(bytes, at);
      }
      const from = at;
      const isRows = this.where === 'rows';
      const { to, ended } = this.through(bytes, at, last, isRows ? out : undefined);
      at = to;
      if (!isRows) this.keep(bytes.subarray(from, to));
      if (!ended) break;
      if (!isRows) out.push(this.statement());
      this.where = 'between';
    }
    count();
    this.carry = Buffer.from(bytes.subarray(at));
    return out;
  }

  private keep(bytes: Buffer): void {
    this.held.push(Buffer.from(bytes)); // the piece that it is part of goes
    this.heldBytes += bytes.length;
    if (this.heldBytes <= longest) return;
    throw new UserError(
      `The statement that begins at line ${this.startLine} of the dump is longer than ${longest / 2 ** 20} MB, and has no rows.`,
    );
  }

  private statement(): Buffer {
    const whole = Buffer.concat(this.held).toString('latin1');
    this.held = [];
    this.heldBytes = 0;
    const becomes = this.reader.statement(whole.slice(0, -this.delimiter.length), this.startLine);
    const text = becomes === '' ? '' : becomes + this.delimiter.toString('latin1');
    const written = Buffer.from(text, 'latin1');
    const lines = Buffer.from(whole, 'latin1');
    return Buffer.concat([written, lineEnds(linesIn(lines) - linesIn(written))]);
  }

  private begin(bytes: Buffer, at: number): void {
    this.startLine = this.line;
    this.inside = 0;
    this.depth = 0;
    this.sinceCut = 0;
    this.wasCut = false;
    this.where = /^(?:insert|replace)\s/i.test(bytes.toString('latin1', at, at + 10)) ? 'rows' : 'statement';
    if (this.where !== 'rows') return;
    this.reader.rows();
    const before = this.headOfBefore;
    if (before?.equals(bytes.subarray(at, at + before.length))) this.head = before;
    else {
      const [head] = insert.exec(bytes.toString('latin1', at, at + lookahead)) ?? [];
      this.head = head === undefined ? undefined : Buffer.from(head, 'latin1');
      this.headOfBefore = this.head;
    }
  }

  /** To behind the statement's delimiter, or as far as these bytes say. `out`: where rows are written. */
  private through(bytes: Buffer, start: number, last: boolean, out: Buffer[] | undefined) {
    const { delimiter, head } = this;
    const first = delimiter[0] as number;
    // What a byte means may be decided by those behind it.
    const end = last ? bytes.length : bytes.length - Math.max(3, delimiter.length);
    let { inside, depth } = this;
    let at = start;
    let written = start;
    let ended = false;
    while (at < end && !ended) {
      const byte = bytes[at] as number;
      if (inside === 0) {
        if (byte === first && isAt(bytes, at, delimiter)) {
          if (this.wasCut) this.refuseTail(bytes, start, at);
          at += delimiter.length;
          ended = true;
        } else if (special[byte] === 0) at++;
        else if (byte === 44) {
          if (out && depth === 0 && head && this.sinceCut + at - start > slice) {
            out.push(bytes.subarray(written, at), Buffer.from('; '), head);
            written = at + 1;
            this.sinceCut = start - at;
            this.wasCut = true;
          }
          at++;
        } else if (byte === 40) {
          depth++;
          at++;
        } else if (byte === CLOSE) {
          depth--;
          at++;
        } else if (byte === 35) {
          inside = LF;
          at++;
        } else if (byte === DASH) {
          if (bytes[at + 1] === DASH && isBlank(bytes[at + 2])) inside = LF;
          at++;
        } else if (byte === SLASH) {
          if (bytes[at + 1] === STAR && bytes[at + 2] !== 33 && bytes[at + 2] !== 77) inside = STAR;
          at++;
        } else {
          inside = byte;
          at++;
        }
      } else if (inside === LF || inside === STAR) {
        const close = inside === LF ? bytes.indexOf(LF, at) : bytes.indexOf('*/', at + 1);
        if (close < 0 || close >= end) at = end;
        else {
          at = close + (inside === LF ? 1 : 2);
          inside = 0;
        }
      } else {
        // To the quote's end, past what is escaped. A doubled one is the end of a text and the beginning of the next.
        const escaping = inside === BACKTICK ? -1 : BACKSLASH;
        let byte = bytes[at];
        while (at < end && byte !== inside) {
          at += byte === escaping ? 2 : 1;
          byte = bytes[at];
        }
        if (at < end) {
          inside = 0;
          at++;
        }
      }
    }
    at = Math.min(at, bytes.length);
    this.inside = inside;
    this.depth = depth;
    this.sinceCut += at - start;
    if (out) out.push(bytes.subarray(written, at));
    this.lastByte = lastByteOf(bytes, start, at) ?? this.lastByte;
    return { to: at, ended };
  }

  /** What follows the rows is about all of them: `ON DUPLICATE KEY UPDATE`. */
  private refuseTail(bytes: Buffer, start: number, at: number): void {
    if ((lastByteOf(bytes, start, at) ?? this.lastByte) === CLOSE) return;
    throw new UserError(
      `The rows at line ${this.startLine} of the dump are more than a server takes in one statement, and cannot be cut: something follows them.`,
      { hint: 'export it again, with fewer rows in each INSERT' },
    );
  }
}
