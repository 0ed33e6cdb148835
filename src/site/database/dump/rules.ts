/** What becomes of a dump's statements that are no rows: taken, changed for this server, left out, or refused with their line. */
import { UserError } from '../../../errors.ts';
import type { Reader } from './scanner.ts';

export type Engine = 'mysql' | 'mariadb';

/** What was found in a dump so far. */
export interface Found {
  /** The tool says who wrote it: 'MariaDB 10.11.6'. */
  from: string;
  /** mysqldump and its relatives end with a line that says so. */
  hasEnd: boolean;
  ends: boolean;
  /** Those that there are at the end; undefined: they cannot be counted. */
  tables: Set<string>;
  views: Set<string>;
  triggers: Set<string>;
  countable: boolean;
  hasRows: boolean;
  /** What was left out or changed, each with how often, in words. */
  changes: Map<string, number>;
}

const name = '(?:`(?:[^`]|``)+`|"(?:[^"]|"")+"|[\\w$\\x80-\\xff]+)';
const account = `(?:current_user(?:\\(\\))?|(?:'[^']*'|${name})(?:@(?:'[^']*'|${name}))?)`;
const definer = new RegExp(`/\\*!\\d+\\s+DEFINER\\s*=\\s*${account}\\s*\\*/|DEFINER\\s*=\\s*${account}`, 'i');
const created = new RegExp(
  `^create\\s+(?:or\\s+replace\\s+)?(temporary\\s+)?(?:algorithm\\s*=\\s*\\w+\\s+)?(?:sql\\s+security\\s+\\w+\\s+)?(table|view|trigger)\\s+(?:if\\s+not\\s+exists\\s+)?(${name}(?:\\s*\\.\\s*${name})?)`,
  'i',
);
const dropped = /^drop\s+(?:temporary\s+)?(table|view|trigger)\s+(?:if\s+exists\s+)?([\s\S]*)$/i;
const ofDatabase = new RegExp(
  `^(?:use|(?:create|drop|alter)\\s+(?:database|schema))\\s+(?:if\\s+(?:not\\s+)?exists\\s+)?(${name})`,
  'i',
);

/** `engine`: what it goes into. */
export class Rules implements Reader {
  readonly found: Found = {
    ...{ from: '', hasEnd: false, ends: false, countable: true, hasRows: false },
    ...{ tables: new Set(), views: new Set(), triggers: new Set(), changes: new Map() },
  };
  private readonly engine: Engine;
  private database: { name: string; line: number } | undefined;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  rows(): void {
    this.found.hasRows = true;
  }

  comment(text: string): void {
    const { found } = this;
    const tool = /^-- (MySQL|MariaDB) dump /.exec(text)?.[1];
    if (tool) Object.assign(found, { from: tool, hasEnd: true });
    const server = /^-- Server version[:\t ]+(\S+)/.exec(text)?.[1];
    if (server) found.from = `${/mariadb/i.test(server) ? 'MariaDB' : found.from || 'MySQL'} ${server.split('-')[0]}`;
    if (/^-- Dump completed/.test(text)) found.ends = true;
    if (/^-- PostgreSQL database dump/.test(text)) throw refused(1, 'it is of PostgreSQL');
  }

  statement(text: string, line: number): string {
    const words = bare(text);
    if (/^set\b/i.test(words)) return this.set(text, words, line);
    const database = ofDatabase.exec(words)?.[1];
    if (database) return this.ofDatabase(unquote(database), line);
    const rule = rules.find(([pattern]) => pattern.test(words));
    if (rule) {
      const [, what, isRefused] = rule;
      if (isRefused) throw refused(line, what, words);
      return this.leaveOut(what);
    }
    this.count(words);
    if (!/^create\b/i.test(words)) return text;
    const own = text.replace(definer, (found) => {
      this.changed('the owner of a view, trigger or routine (DEFINER): here the site');
      return found.startsWith('/*') ? '' : found.replace(/[^\n]/g, '');
    });
    return /^create\s+(?:temporary\s+)?table\b/i.test(words) ? this.table(own) : own;
  }

  private set(text: string, words: string, line: number): string {
    if (/gtid_purged|sql_log_bin/i.test(words)) return '';
    if (/@@global\.|^set\s+(?:global|persist|persist_only)\b/i.test(words))
      return this.leaveOut('SET GLOBAL, which is about the server');
    if (/^set\s+password|^set\s+(?:default\s+)?role/i.test(words)) throw refused(line, 'it changes accounts', words);
    const charset = /^set\s+(?:names|character_set_client\s*=)\s*['"]?(\w+)/i.exec(words)?.[1];
    if (charset && /^(?:gbk|gb18030|big5|sjis|cp932|ucs2|utf16|utf16le|utf32)$/i.test(charset))
      throw refused(line, `its text is ${charset}`, words, 'convert it first: iconv -t utf-8');
    if (!/sql_mode/i.test(words)) return text;
    if (/no_backslash_escapes/i.test(words)) throw refused(line, 'it is written for NO_BACKSLASH_ESCAPES', words);
    return text.replace(/(['"])NO_AUTO_CREATE_USER,?|,NO_AUTO_CREATE_USER/gi, '$1');
  }

  /** The site's is the only one: its name does not matter. */
  private ofDatabase(database: string, line: number): string {
    this.database ??= { name: database, line };
    if (this.database.name === database) return '';
    throw refused(
      line,
      `it has more than one database: ${this.database.name} (line ${this.database.line}) and ${database}`,
      '',
      'export one of them: mysqldump NAME',
    );
  }

  private count(words: string): void {
    const { found } = this;
    const kinds = { table: found.tables, view: found.views, trigger: found.triggers };
    const [, temporary, kind, full] = created.exec(words.replace(definer, '').replace(/\s+/g, ' ')) ?? [];
    if (kind && full && !temporary) kinds[kind.toLowerCase() as keyof typeof kinds].add(lastPart(full));
    const [, gone, names = ''] = dropped.exec(words) ?? [];
    if (gone)
      for (const each of names.split(',')) kinds[gone.toLowerCase() as keyof typeof kinds].delete(lastPart(each));
    if (/^(?:rename\s+table|alter\s+table\b.*\brename\b(?!\s+(?:column|index|key)))|^drop\s+trigger/is.test(words))
      found.countable = false;
  }

  private table(text: string): string {
    const placed = unquoted(text.replace(directory, ''), (part) => part.replace(tablespace, ''));
    if (placed !== text) this.changed('left out: the place of a table on the other server (TABLESPACE, DIRECTORY)');
    if (this.engine === 'mariadb') return placed;
    const own = unquoted(placed, (part) =>
      ofMariadb.reduce((changed, [pattern, becomes]) => changed.replace(pattern, becomes), part),
    );
    if (own !== placed) this.changed('what MariaDB alone has became its next of kin in MySQL');
    return own;
  }

  private leaveOut(what: string): string {
    this.changed(`left out: ${what}`);
    return '';
  }

  private changed(what: string): void {
    const { changes } = this.found;
    changes.set(what, (changes.get(what) ?? 0) + 1);
  }
}

/** Statements that are left out, or refused: `[pattern, what it is, refused]`. */
const rules: readonly (readonly [RegExp, string, boolean?])[] = [
  [/^(?:create|alter|drop)\s+(?:undo\s+)?(?:tablespace|logfile\s+group)\b/i, 'tablespaces of the other server'],
  [/^flush\b/i, 'FLUSH'],
  [
    /^(?:change\s+(?:master|replication)|start\s+(?:slave|replica)|stop\s+(?:slave|replica)|reset\s+)/i,
    'replication of the other server',
  ],
  [/^(?:create|alter|drop|rename)\s+(?:user|role)\b|^(?:grant|revoke)\b/i, 'it changes accounts', true],
  [/^load\s+(?:data|xml)\b/i, 'it reads a file', true],
  [
    /^(?:install|uninstall|shutdown|restart|kill|create\s+server|alter\s+instance|clone)\b/i,
    'it is about the server',
    true,
  ],
  [/^(?:source\b|system\b|\\)/i, 'it is a command for a client', true],
];

/** Without the marks of a comment that servers from some version on read: what it says to this one. */
const bare = (text: string) => text.replace(/\/\*M?!\d*|\*\//g, ' ').trimStart();

const directory = /(?:\/\*!\d+\s+)?\b(?:DATA|INDEX)\s+DIRECTORY\s*=?\s*'[^']*'(?:\s*\*\/)?/gi;
const tablespace = /\/\*!\d+\s+TABLESPACE\s*=?\s*\w+\s*\*\/|\bTABLESPACE\s*=\s*\w+/gi;

/** A server that has neither takes the table all the same. */
const ofMariadb: readonly (readonly [RegExp, string])[] = [
  [/\bENGINE\s*=\s*Aria\b/gi, 'ENGINE=InnoDB'],
  [/\s*\b(?:PAGE_CHECKSUM|TRANSACTIONAL)\s*=\s*\d\b/gi, ''],
  [/\b(?:(?:utf8mb4|utf8mb3|utf8)_)?uca1400_(?:\w+_)?as_cs\b/gi, 'utf8mb4_0900_as_cs'],
  [/\b(?:(?:utf8mb4|utf8mb3|utf8)_)?uca1400_\w+\b/gi, 'utf8mb4_0900_ai_ci'],
  [/\bPERSISTENT\b/gi, 'STORED'],
];

/** Changes what stands outside of quotes. */
const unquoted = (text: string, change: (part: string) => string) =>
  text.replace(/('(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|`[^`]*`)|([^'"`]+)/gs, (all, quoted) =>
    quoted ? all : change(all),
  );

const unquote = (text: string) => (/^[`"]/.test(text) ? text.slice(1, -1) : text);
const lastPart = (text: string) =>
  unquote(/(?:^|\.)\s*(`(?:[^`]|``)+`|"[^"]+"|[^\s.*/]+)[\s*/]*$/.exec(text.trim())?.[1] ?? text.trim());

function refused(line: number, why: string, words = '', hint?: string): UserError {
  const shown = words.replace(/\s+/g, ' ').slice(0, 60).trim();
  return new UserError(`Line ${line} of the dump is not taken: ${why}${shown ? ` (${shown})` : ''}.`, {
    hint: hint ?? 'take the statement out of the file, then the same command again',
  });
}
