/**
 * XML as Solr's configuration is written, with the line of each element. Less than the standard, so that what is taken means the same to every
 * reader: no entity but for a whole file of the same folder, no namespaces (XInclude is one), no other encoding than UTF-8. Pure.
 */
export interface Element {
  name: string;
  attributes: ReadonlyMap<string, string>;
  children: readonly Element[];
  /** All text directly in it. */
  text: string;
  /** The file that it stands in, and where. */
  path: string;
  line: number;
}

export class XmlProblem extends Error {
  readonly path: string;
  readonly line: number;

  constructor(path: string, line: number, message: string) {
    super(message);
    this.path = path;
    this.line = line;
  }
}

/** The text of a file beside this one; undefined: there is none. */
type Beside = (name: string) => { path: string; text: string } | undefined;

/** A document with its one root element. Throws XmlProblem. */
export function readDocument(path: string, text: string, beside: Beside): Element {
  const top = new Reader(path, text, beside).read();
  const [root, other] = top.children;
  if (!root) throw new XmlProblem(path, 1, 'it has no element.');
  if (other) throw new XmlProblem(path, other.line, `<${other.name}> begins after the end of <${root.name}>.`);
  if (top.text.trim()) throw new XmlProblem(path, root.line, `there is text outside <${root.name}>.`);
  return root;
}

/** A part of one. Throws XmlProblem. */
export const readPart = (path: string, text: string): Element => new Reader(path, text).read();

type Open = Element & { attributes: Map<string, string>; children: Element[] };

const name = '[A-Za-z_][\\w.-]*';
const patterns = {
  text: /[^<&]+/y,
  declaration: /<\?xml((?:\s+[a-z]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*\?>/y,
  doctype: new RegExp(`<!DOCTYPE\\s+${name}\\s*\\[([^\\]]*)\\]\\s*>`, 'y'),
  close: new RegExp(`</(${name})\\s*>`, 'y'),
  open: new RegExp(`<(${name})((?:\\s+${name}\\s*=\\s*(?:"[^"<]*"|'[^'<]*'))*)\\s*(/?)>`, 'y'),
  reference: new RegExp(`&(#\\d{1,7}|#x[0-9A-Fa-f]{1,6}|${name});`, 'y'),
};
const entity = new RegExp(`^<!ENTITY\\s+(${name})\\s+SYSTEM\\s+(?:"([^"]*)"|'([^']*)')\\s*>`);
const characters: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
/** No configuration is as deep. */
const DEEPEST = 30;

class Reader {
  private readonly path: string;
  private readonly source: string;
  private readonly beside: Beside | undefined;
  private readonly entities = new Map<string, string>();
  private readonly open: Open[];
  /** What is read next, where that begins, and the line of it. */
  private at = 0;
  private begun = 0;
  private counted = { at: 0, line: 1 };

  /** Without `beside` it is a part: it has no document type, and no other file in it. */
  constructor(path: string, source: string, beside?: Beside) {
    this.path = path;
    this.source = source;
    this.beside = beside;
    this.open = [this.element('', new Map())];
  }

  read(): Element {
    this.take('declaration', ([, attributes = '']) => {
      if (/encoding\s*=\s*["'](?!utf-8["'])/i.test(attributes)) this.fail('the encoding must be UTF-8.');
    });
    while (this.at < this.source.length) this.next();
    const [top] = this.open;
    if (!top || this.open.length > 1) this.fail(`<${this.current.name}> has no end.`, this.current.line);
    return top;
  }

  private next(): void {
    const known =
      this.take('text', ([text]) => this.say(text.includes(']]>') ? this.fail('"]]>" stands outside CDATA.') : text)) ||
      this.between('<!--', '-->', (comment) => this.passOver(comment)) ||
      this.between('<![CDATA[', ']]>', (text) => this.say(text)) ||
      this.take('close', ([, named = '']) => this.end(named)) ||
      this.take('open', ([, named = '', attributes = '', end]) => this.begin(named, attributes, end === '/')) ||
      this.take('reference', ([, word = '']) => this.refer(word)) ||
      this.take('doctype', ([, declarations = '']) => this.declare(declarations));
    if (!known) this.refuse();
  }

  private refuse(): never {
    const rest = this.source.slice(this.at, this.at + 60);
    if (rest.startsWith('<!DOCTYPE'))
      this.fail('a document type may only declare files beside it: <!ENTITY extra SYSTEM "extra.xml">.');
    if (rest.startsWith('<!--')) this.fail('this comment has no end.');
    if (rest.startsWith('<?')) this.fail('only <?xml …?> in the first line is read.');
    if (/^<\/?[\w.-]*:/.test(rest))
      this.fail('no name has a ":" here: another file is <!ENTITY extra SYSTEM "extra.xml"> and &extra;.');
    if (rest.startsWith('&')) this.fail('"&" is written &amp;.');
    this.fail(`this is no XML: ${rest.split('\n', 1)[0]}`);
  }

  private begin(named: string, written: string, isEmpty: boolean): void {
    const attributes = new Map<string, string>();
    for (const [, key = '', double, single] of written.matchAll(
      new RegExp(`(${name})\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'g'),
    )) {
      if (attributes.has(key)) this.fail(`${key} stands twice.`, this.line(this.begun));
      attributes.set(key, this.decode(double ?? single ?? ''));
    }
    const element = this.element(named, attributes);
    this.current.children.push(element);
    if (isEmpty) return;
    this.open.push(element);
    if (this.open.length > DEEPEST) this.fail('this is too deep.');
  }

  private end(named: string): void {
    const element = this.current;
    if (this.open.length === 1) this.fail(`</${named}> closes nothing.`, this.line(this.begun));
    if (element.name !== named)
      this.fail(
        `</${named}> stands where <${element.name}> of line ${element.line} has no end.`,
        this.line(this.begun),
      );
    this.open.pop();
  }

  /** A character, or the file that a name was declared for. */
  private refer(word: string): void {
    const character = characterOf(word);
    if (character === undefined) this.include(word);
    else this.say(character);
  }

  private include(word: string): void {
    const file = this.entities.get(word);
    if (file === undefined) this.fail(`&${word}; is not declared, or stands a second time.`);
    const found = this.beside?.(file);
    if (!found) this.fail(`&${word}; is ${file}, which is not there.`);
    this.entities.delete(word); // once: nothing grows by naming it again
    const part = readPart(found.path, found.text);
    this.current.children.push(...part.children);
    this.say(part.text);
  }

  private declare(declarations: string): void {
    if (!this.beside || this.current.children.length > 0)
      this.fail('a document type stands before the root element only.');
    let rest = declarations.replace(/<!--(?:(?!--)[\s\S])*-->/g, '').trim();
    while (rest) {
      const [all = '', word = '', double, single] = entity.exec(rest) ?? [];
      const file = double ?? single ?? '';
      if (!all || !/^[A-Za-z0-9][\w-]*\.xml$/.test(file)) {
        const [first = ''] = rest.split('\n', 1);
        const line = this.line(this.source.indexOf(first, this.begun));
        this.fail(`only <!ENTITY name SYSTEM "file.xml"> of this folder is read here, not: ${first}`, line);
      }
      this.entities.set(word, file);
      rest = rest.slice(all.length).trim();
    }
  }

  private decode(text: string): string {
    return text.replace(/&([^;&\s]*);?/g, (whole, word: string) => {
      const character = whole.endsWith(';') ? characterOf(word) : undefined;
      return character ?? this.fail(`${whole} in an attribute is not read: "&" is written &amp;.`);
    });
  }

  /** Whether the pattern stands here, and is read now. */
  private take(pattern: keyof typeof patterns, use: (found: RegExpExecArray) => void): boolean {
    patterns[pattern].lastIndex = this.at;
    const found = patterns[pattern].exec(this.source);
    if (!found) return false;
    this.moveTo(this.at + found[0].length);
    use(found);
    return true;
  }

  private between(begin: string, end: string, use: (text: string) => void): boolean {
    const from = this.at + begin.length;
    const to = this.source.startsWith(begin, this.at) ? this.source.indexOf(end, from) : -1;
    if (to < 0) return false;
    this.moveTo(to + end.length);
    use(this.source.slice(from, to));
    return true;
  }

  private passOver(comment: string): void {
    if (comment.includes('--')) this.fail('"--" stands in a comment.');
  }

  private moveTo(at: number): void {
    this.begun = this.at;
    this.at = at;
  }

  private element(named: string, attributes: Map<string, string>): Open {
    return { name: named, attributes, children: [], text: '', path: this.path, line: this.line(this.begun) };
  }

  /** Counted from the last one that was asked for. */
  private line(at: number): number {
    if (at < this.counted.at) this.counted = { at: 0, line: 1 };
    const lines = this.source.slice(this.counted.at, at).split('\n').length - 1;
    this.counted = { at, line: this.counted.line + lines };
    return this.counted.line;
  }

  private get current(): Open {
    return this.open.at(-1) as Open;
  }

  private say(text: string): void {
    this.current.text += text;
  }

  private fail(message: string, line = this.line(this.at)): never {
    throw new XmlProblem(this.path, line, message);
  }
}

function characterOf(word: string): string | undefined {
  if (!word.startsWith('#')) return characters[word];
  const code = word.startsWith('#x') ? Number.parseInt(word.slice(2), 16) : Number(word.slice(1));
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}
