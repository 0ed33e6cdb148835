/** nginx' own grammar, as its ngx_conf_read_token has it: what we see of a file is what nginx sees. Pure. */

export interface Directive {
  name: string;
  args: string[];
  line: number;
  /** Between its braces. */
  block?: Directive[];
}

/** Why a file cannot be read. */
export class NotNginx extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

interface Statement {
  words: string[];
  line: number;
  end: ';' | '{' | '}' | 'file';
}

/** Throws NotNginx. */
export function parseNginx(text: string): Directive[] {
  const statements = read(text);
  const block = (opened: number): Directive[] => {
    const found: Directive[] = [];
    for (;;) {
      const { value } = statements.next();
      const { words, line, end } = value as Statement;
      if (end === 'file') {
        if (opened > 0) throw new NotNginx(opened, 'the block that begins here has no "}".');
        return found;
      }
      if (end === '}') {
        if (opened === 0) throw new NotNginx(line, 'this "}" closes nothing of this file.');
        return found;
      }
      const [name = '', ...args] = words;
      const directive = { name, args, line };
      found.push(end === '{' ? { ...directive, block: block(line) } : directive);
    }
  };
  return block(0);
}

const isSpace = (char: string) => char === ' ' || char === '\t' || char === '\r' || char === '\n';

/** Statements up to their `;`, `{` or `}`. */
function* read(text: string): Generator<Statement, Statement> {
  let line = 1;
  let at = 0;
  const next = () => {
    const char = text[at++];
    if (char === '\n') line++;
    return char;
  };
  let words: string[] = [];
  let began = 0;
  const ended = (end: Statement['end']): Statement => {
    const statement = { words, line: words.length > 0 ? began : line, end };
    if (words.length === 0 && (end === ';' || end === '{')) throw new NotNginx(line, `"${end}" without a directive.`);
    if (words.length > 0 && (end === '}' || end === 'file'))
      throw new NotNginx(began, `"${words[0]}" is not ended by ";".`);
    words = [];
    return statement;
  };
  for (;;) {
    const char = next();
    if (char === undefined) return ended('file');
    if (isSpace(char)) continue;
    if (char === '#') {
      while (at < text.length && text[at] !== '\n') at++;
      continue;
    }
    if (char === ';' || char === '{' || char === '}') {
      yield ended(char);
      continue;
    }
    if (words.length === 0) began = line;
    const from = line;
    const quote = char === '"' || char === "'" ? char : '';
    const start = quote ? at : at - 1;
    let variable = char === '$';
    let escaped = char === '\\';
    let end: string | undefined;
    for (;;) {
      end = next();
      if (end === undefined) {
        const what = `"${words[0] ?? text.slice(start)}" is not ended by ";".`;
        throw new NotNginx(quote ? from : began, quote ? `this ${quote} is not closed.` : what);
      }
      if (escaped) escaped = false;
      else if (end === '{' && variable) continue;
      else {
        variable = false;
        if (end === '\\') escaped = true;
        else if (end === '$') variable = true;
        else if (quote ? end === quote : isSpace(end) || end === ';' || end === '{') break;
      }
    }
    words.push(withoutEscapes(text.slice(start, at - 1)));
    if (!quote) {
      if (end === ';' || end === '{') yield ended(end);
      continue;
    }
    // After a closing quote only these; a bracket begins the next word.
    const after = text[at];
    if (after === undefined || isSpace(after) || /[;{)]/.test(after)) continue;
    throw new NotNginx(line, `"${after}" directly after a closing quote.`);
  }
}

const escapes: Record<string, string> = { t: '\t', r: '\r', n: '\n' };
const withoutEscapes = (word: string) => word.replace(/\\(["'\\trn])/g, (_, char: string) => escapes[char] ?? char);
