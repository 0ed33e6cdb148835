/** A file of PHP: its tokens, its functions, and what is assigned in them. */
import { closing, type Expression, expressionFrom, isSign, nameOf } from './expression.ts';
import { type Token, tokensOf } from './tokens.ts';

/** What is assigned, by name; a name may have several. */
type Assigned = Map<string, Expression[]>;

interface Scope {
  /** Of the function; none is a closure's, or the file's own. */
  name?: string;
  /** A closure sees what is around it. */
  around?: Scope;
  /** Parameters: anything may be in them. */
  given: Set<string>;
  assigned: Assigned;
  returned: Expression[];
  /** Names of variables that are the whole program's. */
  global: Set<string>;
}

export interface Source {
  tokens: Expression;
  /** The function that each token is in. */
  scopes: readonly Scope[];
  /** Of the classes in the file. */
  properties: Assigned;
  constants: Assigned;
  functions: readonly Scope[];
  /** What is in no function. */
  top: Scope;
}

interface Block {
  scope: Scope;
  /** The body of a class itself: what is assigned there is a property. */
  isClass: boolean;
}

const newScope = (more: Partial<Scope> = {}): Scope => ({
  given: new Set(),
  assigned: new Map(),
  returned: [],
  global: new Set(),
  ...more,
});

export function readSource(text: string): Source {
  const tokens = tokensOf(text);
  const top = newScope();
  const blocks: Block[] = [{ scope: top, isClass: false }];
  const scopes: Scope[] = [];
  const functions: Scope[] = [];
  const properties: Assigned = new Map();
  const constants: Assigned = new Map();
  /** Blocks whose `{` is yet to come, by its place. */
  const coming = new Map<number, Block>();
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] as Token;
    const block = blocks.at(-1) as Block;
    const { scope } = block;
    scopes.push(scope);
    if (isSign(token, '{')) blocks.push(coming.get(at) ?? { ...block, isClass: false });
    else if (isSign(token, '}') && blocks.length > 1) blocks.pop();
    else if (token.kind === 'word' && !isMember(tokens, at)) {
      const name = nameOf(token);
      if (name === 'function') {
        const found = functionAt(tokens, at, scope);
        if (found) coming.set(found.body, { scope: found.scope, isClass: false });
        if (found?.scope.name) functions.push(found.scope);
      } else if (/^(?:class|trait|interface|enum)$/.test(name)) {
        const body = bodyOf(tokens, at);
        if (body !== undefined) coming.set(body, { scope: newScope(), isClass: true });
      } else if (name === 'return') scope.returned.push(expressionFrom(tokens, at + 1));
      else if (name === 'global') {
        for (const { kind, text: each } of expressionsUntil(tokens, at + 1))
          if (kind === 'variable') scope.global.add(each);
      } else if (name === 'const') add(constants, tokens[at + 1]?.text, assignedAt(tokens, at + 2));
      else if (name === 'define') defined(tokens, at, constants);
    } else if (token.kind === 'variable') {
      const isStatic = isSign(tokens[at - 1], '::');
      if (token.text === '$this' && isSign(tokens[at + 1], '->')) {
        add(properties, tokens[at + 2]?.text, assignedAt(tokens, at + 3));
      } else if (block.isClass || isStatic) add(properties, token.text.slice(1), assignedAt(tokens, at + 1));
      else add(scope.assigned, token.text, assignedAt(tokens, at + 1));
    }
  }
  return { tokens, scopes, properties, constants, functions, top };
}

/** After `->` or `::` a word is a member's name, whatever it is. */
const isMember = (tokens: Expression, at: number) => ['->', '?->', '::'].some((sign) => isSign(tokens[at - 1], sign));

/** What follows a `=`. */
function assignedAt(tokens: Expression, at: number): Expression | undefined {
  return isSign(tokens[at], '=') || isSign(tokens[at], '??=') ? expressionFrom(tokens, at + 1) : undefined;
}

/** Up to the `;`. */
function expressionsUntil(tokens: Expression, from: number): Expression {
  const near = tokens.slice(from, from + 100);
  const end = near.findIndex((token) => isSign(token, ';'));
  return end < 0 ? [] : near.slice(0, end);
}

function add(to: Assigned, name: string | undefined, expression: Expression | undefined): void {
  if (name === undefined || expression === undefined) return;
  const all = to.get(name);
  if (all) all.push(expression);
  else to.set(name, [expression]);
}

/** define('NAME', …) */
function defined(tokens: Expression, at: number, constants: Assigned): void {
  const [open, name, comma] = tokens.slice(at + 1, at + 4);
  if (isSign(open, '(') && name?.kind === 'string' && isSign(comma, ',')) {
    add(constants, name.text, expressionFrom(tokens, at + 4));
  }
}

function functionAt(tokens: Expression, at: number, around: Scope): { scope: Scope; body: number } | undefined {
  let open = at + 1;
  if (isSign(tokens[open], '&')) open++;
  const named = tokens[open]?.kind === 'word' ? tokens[open] : undefined;
  if (named) open++;
  if (!isSign(tokens[open], '(')) return undefined;
  const end = closing(tokens, open);
  const body = end < 0 ? undefined : bodyOf(tokens, end);
  if (body === undefined) return undefined;
  const parameters = tokens.slice(open, end).filter(({ kind }) => kind === 'variable');
  const given = new Set(parameters.map(({ text }) => text));
  return { scope: newScope({ given, ...(named ? { name: nameOf(named) } : { around }) }), body };
}

/** The `{` of a function or class; undefined: it has none, as in an interface. */
function bodyOf(tokens: Expression, from: number): number | undefined {
  for (let at = from; at < Math.min(from + 600, tokens.length); at++) {
    if (isSign(tokens[at], '{')) return at;
    if (isSign(tokens[at], ';')) return undefined;
  }
  return undefined;
}
