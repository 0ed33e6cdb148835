/** Expressions as pieces of a token list. None that is longer than `longest` is looked at. */
import type { Token } from './tokens.ts';

export type Expression = readonly Token[];

const longest = 400;
const opens = new Set(['(', '[', '{']);
const closes = new Set([')', ']', '}']);

/** Where an expression that begins here ends: at a `;`, or at a `,` or bracket that is not its own. Undefined: too long. */
function endOf(tokens: Expression, from: number): number | undefined {
  let depth = 0;
  for (let at = from; at < tokens.length; at++) {
    if (at - from > longest) return undefined;
    const { kind, text } = tokens[at] as Token;
    if (kind !== 'sign') continue;
    if (opens.has(text)) depth++;
    else if (closes.has(text) && --depth < 0) return at;
    else if (depth === 0 && (text === ';' || text === ',')) return at;
  }
  return tokens.length;
}

export function expressionFrom(tokens: Expression, from: number): Expression {
  const end = endOf(tokens, from);
  return end === undefined ? [] : tokens.slice(from, end);
}

/** The arguments of a call, whose opening bracket is at `open`. Undefined: they are too long to look at. */
export function argumentsAt(tokens: Expression, open: number): Expression[] | undefined {
  const all: Expression[] = [];
  let from = open + 1;
  while (from - open <= longest) {
    const end = endOf(tokens, from);
    if (end === undefined) return undefined;
    if (end > from) all.push(tokens.slice(from, end));
    if (!isSign(tokens[end], ',')) return all;
    from = end + 1;
  }
  return undefined;
}

/** At the signs that are in no bracket. */
export function split(expression: Expression, signs: readonly string[]): Expression[] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of expression) {
    const { kind, text } = token;
    if (kind === 'sign' && opens.has(text)) depth++;
    if (kind === 'sign' && closes.has(text)) depth--;
    if (kind === 'sign' && depth === 0 && signs.includes(text)) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

/** Without brackets around it, casts, `@` and `&` before it. */
export function bare(expression: Expression): Expression {
  let inner = expression;
  for (;;) {
    const [first, second, third] = inner;
    if (isSign(first, '@') || isSign(first, '&')) inner = inner.slice(1);
    else if (isSign(first, '(') && second?.kind === 'word' && isSign(third, ')') && inner.length > 3)
      inner = inner.slice(3);
    else if (isSign(first, '(') && closing(inner, 0) === inner.length - 1) inner = inner.slice(1, -1);
    else return inner;
  }
}

/** The bracket that closes the one at `open`; -1: none that is near enough. */
export function closing(tokens: Expression, open: number): number {
  let depth = 0;
  for (let at = open; at < Math.min(tokens.length, open + 2 * longest); at++) {
    const { kind, text } = tokens[at] as Token;
    if (kind !== 'sign') continue;
    if (opens.has(text)) depth++;
    else if (closes.has(text) && --depth === 0) return at;
  }
  return -1;
}

export const isSign = (token: Token | undefined, text: string): boolean =>
  token?.kind === 'sign' && token.text === text;

/** A name without its namespace, in small letters, as PHP compares functions. */
export const nameOf = ({ text }: Token): string => text.slice(text.lastIndexOf('\\') + 1).toLowerCase();
