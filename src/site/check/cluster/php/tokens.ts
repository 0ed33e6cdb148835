/**
 * PHP's source as tokens, as far as rules need them: no comments, each string and each piece of HTML whole. Whatever the text is, it takes time in
 * proportion to its length: what is never closed goes on to the end.
 */

export interface Token {
  kind: 'word' | 'variable' | 'string' | 'number' | 'sign' | 'html';
  /** As it is written; of a string what is between its quotes, of a variable with its `$`. */
  text: string;
  /** Offset in the source. */
  at: number;
  /** A string in which variables are replaced. */
  filled?: true;
}

const opening = /<\?(?:php(?=\s|$)|=)/gi;
const nothing = /\s+|(?:\/\/|#(?!\[))(?:(?!\?>)[^\n\r])*|\/\*[\s\S]*?(?:\*\/|$)/y;
const single = /'([^'\\]*(?:\\[\s\S][^'\\]*)*)(?:'|$)/y;
const heredoc = /<<<[ \t]*(["']?)([A-Za-z_]\w*)\1\r?\n/y;
const variable = /\$[A-Za-z_\x80-\uffff][\w\x80-\uffff]*/y;
const word = /\\?[A-Za-z_\x80-\uffff][\w\x80-\uffff]*(?:\\[A-Za-z_\x80-\uffff][\w\x80-\uffff]*)*/y;
const number = /\.?\d[\w.]*/y;
const sign = /\?->|->|::|=>|===|!==|==|!=|<=|>=|\?\?=|\?\?|\.=|\.\.\.|&&|\|\||[\s\S]/y;

export function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  let at = enter(source, 0, tokens);
  while (at < source.length) {
    if (source.startsWith('?>', at)) {
      tokens.push({ kind: 'sign', text: ';', at });
      at = enter(source, at + 2, tokens);
      continue;
    }
    const skipped = match(nothing, source, at);
    if (skipped) {
      at += skipped[0].length;
      continue;
    }
    const [token, end] = next(source, at);
    if (token.kind === 'word' && token.text.toLowerCase() === '__halt_compiler') break; // data from here on
    tokens.push(token);
    at = end;
  }
  return tokens;
}

/** The same for an expression alone, as it stands in a string. */
export const tokensIn = (expression: string): Token[] => tokensOf(`<?php ${expression}`);

/** Where PHP begins after this place; what is before that is HTML. */
function enter(source: string, from: number, tokens: Token[]): number {
  opening.lastIndex = from;
  const found = opening.exec(source);
  const html = source.slice(from, found?.index);
  if (html !== '') tokens.push({ kind: 'html', text: html, at: from });
  return found ? opening.lastIndex : source.length;
}

function next(source: string, at: number): [Token, number] {
  const quoted = match(single, source, at);
  if (quoted) return [{ kind: 'string', text: quoted[1] ?? '', at }, at + quoted[0].length];
  const quote = source[at];
  if (quote === '"' || quote === '`') {
    const end = endOfFilled(source, at + 1, quote);
    return [{ kind: 'string', text: source.slice(at + 1, end), at, filled: true }, end + 1];
  }
  const document = match(heredoc, source, at);
  if (document) return heredocFrom(source, at, document);
  for (const [kind, pattern] of plain) {
    const found = match(pattern, source, at);
    if (found) return [{ kind, text: found[0], at }, at + found[0].length];
  }
  return [{ kind: 'sign', text: source[at] ?? '', at }, at + 1];
}

const plain: readonly (readonly [Token['kind'], RegExp])[] = [
  ['variable', variable],
  ['word', word],
  ['number', number],
  ['sign', sign],
];

function heredocFrom(source: string, at: number, [all, quote, label]: RegExpExecArray): [Token, number] {
  const from = at + all.length;
  const closing = new RegExp(`^[ \\t]*${label}\\b`, 'gm');
  closing.lastIndex = from;
  const found = closing.exec(source);
  const end = found ? closing.lastIndex : source.length;
  const text = source.slice(from, found?.index ?? end);
  return [{ kind: 'string', text, at, ...(quote === "'" ? {} : { filled: true as const }) }, end];
}

/** The closing quote's place; an expression in braces may have the same quotes in it. */
function endOfFilled(source: string, from: number, quote: string): number {
  for (let at = from; at < source.length; at++) {
    const character = source[at];
    if (character === quote) return at;
    if (character === '\\') at++;
    else if (character === '{' && source[at + 1] === '$') at = endOfBraces(source, at + 1);
  }
  return source.length;
}

function endOfBraces(source: string, from: number): number {
  let depth = 1;
  for (let at = from; at < source.length; at++) {
    const character = source[at];
    if (character === '{') depth++;
    else if (character === '}' && --depth === 0) return at;
    else if (character === "'" || character === '"') {
      const end = source.indexOf(character, at + 1);
      if (end < 0) return source.length;
      at = end;
    }
  }
  return source.length;
}

function match(pattern: RegExp, source: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(source);
}
