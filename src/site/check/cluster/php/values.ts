/**
 * Where the path that an expression makes leads, as far as that can be known without running it: by what it begins with, through the
 * variables, properties, constants and functions of its own plugin. What is not known for sure is `unknown`.
 */
import { argumentsAt, bare, closing, type Expression, isSign, nameOf, split } from './expression.ts';
import { makesUnique, placeConstants, placeFunctions, through } from './places.ts';
import type { Source } from './source.ts';
import { type Token, tokensIn } from './tokens.ts';
import { joined, same, settle, text, unknown, type Value } from './value.ts';

/** What a name stands for: an expression, with what is around it. */
interface Definition {
  expression: Expression;
  source: Pick<Source, 'properties'>;
  scope: Scope;
}

/** What the whole plugin says of its names; each may be said several times. */
export interface Known {
  constants: Map<string, Definition[]>;
  functions: Map<string, Definition[]>;
  globals: Map<string, Definition[]>;
  /** `__DIR__` of a settings file is the root. */
  isSettings: boolean;
  /** What was found out already. */
  values: Map<readonly Definition[], Value>;
}

type Scope = Source['top'];

interface Context {
  source: Pick<Source, 'properties'>;
  scope: Scope | undefined;
  known: Known;
  depth: number;
  /** What all of this question may still look at: text of others can be made so that it never ends. */
  left: { steps: number };
}

const deepest = 12;
const mostSteps = 500;
const longestText = 4000;
/** `at`: the token's place, for what variables are there. */
export const valueAt = (expression: Expression, source: Source, at: number, known: Known): Value =>
  settle(value(expression, { source, scope: source.scopes[at], known, depth: 0, left: { steps: mostSteps } }));

/** Of a constant, function or global variable; undefined: the plugin says nothing of it. */
function defined(all: readonly Definition[] | undefined, context: Context): Value | undefined {
  if (!all) return undefined;
  const before = context.known.values.get(all);
  if (before) return before;
  context.known.values.set(all, unknown); // for one that is made of itself
  const { known, depth } = context;
  const values = all
    .slice(0, 20)
    .map(({ expression, source, scope }) =>
      value(expression, { source, scope, known, depth, left: { steps: mostSteps } }),
    );
  const found = same(values);
  known.values.set(all, found);
  return found;
}

function value(expression: Expression, before: Context): Value {
  const context = { ...before, depth: before.depth + 1 };
  if (context.depth > deepest || --context.left.steps < 0) return unknown;
  const inner = bare(expression);
  const [condition, ...branches] = split(inner, ['?', '??']);
  if (branches.length > 0 && condition) {
    const isCoalescing = !inner.some((token) => isSign(token, '?'));
    const others = branches.flatMap((branch) => split(branch, [':'])).filter((branch) => branch.length > 0);
    const withCondition = isCoalescing || others.length < 2 ? [condition, ...others] : others;
    return same(withCondition.map((each) => value(each, context)));
  }
  const [first = [], ...others] = split(inner, ['.']);
  return others.reduce((sum, each) => joined(sum, operand(each, context)), operand(first, context));
}

function operand(expression: Expression, context: Context): Value {
  const tokens = bare(expression);
  const [first, second] = tokens;
  if (!first) return text('');
  if (first.kind === 'string' && tokens.length === 1) return ofString(first, context);
  if (first.kind === 'number' && tokens.length === 1) return text(first.text);
  if (first.kind === 'variable') return ofVariable(tokens, context);
  if (first.kind !== 'word') return mixed(tokens, context);
  if (isSign(second, '::')) return ofMember(tokens, context, 2);
  if (isSign(second, '(')) return ofCall(tokens, context);
  return tokens.length === 1 ? ofConstant(first, context) : mixed(tokens, context);
}

function ofString({ text: written, filled }: Token, context: Context): Value {
  const inside = /\{\$[^{}]{0,400}\}|\$\{\w{1,99}\}|\$\w+(?:->\w+|\[[^\]]{0,99}\])?/g;
  if (!filled || !written.includes('$')) return text(written);
  if (written.length > longestText) return unknown;
  let sum = text('');
  let from = 0;
  for (const found of written.matchAll(inside)) {
    const expression = found[0].replace(/^\{|\}$/g, '').replace(/^\$\{(\w+)$/, '$$$1');
    const literal = written.slice(from, found.index);
    if (literal) sum = from === 0 ? text(literal) : joined(sum, text(literal));
    const part = value(tokensIn(expression), context);
    sum = sum.rest === '' && sum.literal ? part : joined(sum, part);
    from = found.index + found[0].length;
  }
  return from < written.length ? joined(sum, text(written.slice(from))) : sum;
}

function ofVariable(tokens: Expression, context: Context): Value {
  const [{ text: name }, second, third] = tokens as [Token, ...Token[]];
  if (name === '$_SERVER') {
    if (third?.text === 'DOCUMENT_ROOT') return { ...unknown, place: 'root', rest: '' };
    return { ...unknown, visitor: third?.text === 'REMOTE_ADDR' };
  }
  if (isSign(second, '->') || isSign(second, '?->')) return ofMember(tokens, context, 2);
  if (second && !isSign(second, '[')) return mixed(tokens, context);
  for (let scope = context.scope; scope; scope = scope.around) {
    const all = scope.assigned.get(name);
    if (scope.global.has(name)) return defined(context.known.globals.get(name), context) ?? unknown;
    if (scope.given.has(name)) return all ? { ...unknown, ...flagsOf(all.flat(), context) } : unknown;
    if (all) return same(all.map((each) => value(each, { ...context, scope })));
  }
  return unknown;
}

/** `$this->log`, `self::$log`, `self::LOG`, `$this->path()`; of a chain what it ends with. */
function ofMember(tokens: Expression, context: Context, at: number): Value {
  const member = tokens[at];
  const open = at + 1;
  const isCall = isSign(tokens[open], '(');
  const end = isCall ? closing(tokens, open) : at;
  if (!member || end < 0) return unknown;
  if (end < tokens.length - 1 && !isSign(tokens[end + 1], '[')) return ofChain(tokens, context);
  if (isCall) return defined(context.known.functions.get(nameOf(member)), context) ?? ofChain(tokens, context);
  const name = member.text.replace(/^\$/, '');
  const all = context.source.properties.get(name);
  if (all) return same(all.map((each) => value(each, context)));
  return defined(context.known.constants.get(name), context) ?? unknown;
}

/** Drupal's services. */
function ofChain(tokens: Expression, context: Context): Value {
  const names = tokens.filter(({ kind }) => kind === 'word' || kind === 'string').map((token) => nameOf(token));
  const last = names.at(-1) ?? '';
  const isExtension = names.some((name) =>
    /^(?:extension\.list\.\w+|module_handler|modulehandler|getmodule)$/.test(name),
  );
  if (isExtension && names.includes('getpath')) return { ...unknown, place: 'code', rest: '' };
  if (names[0] === 'drupal' && names[1] === 'root') return { ...unknown, place: 'root', rest: '' };
  return { ...unknown, ...flagsOf(tokens, context), ...(last === 'gettempdirectory' ? { place: 'shared' } : {}) };
}

function ofCall(tokens: Expression, context: Context): Value {
  const name = nameOf(tokens[0] as Token);
  const all = argumentsAt(tokens, 1) ?? [];
  const end = closing(tokens, 1);
  if (end < tokens.length - 1 && !isSign(tokens[end + 1], '[')) return ofChain(tokens, context);
  const place = placeFunctions.get(name);
  if (place) return { ...unknown, place, rest: '' };
  if (name === 'dirname') return parent(all, context);
  if (name === 'variable_get' && /file_|^conf/.test(all[0]?.[0]?.text ?? '')) return { ...unknown, place: 'shared' };
  const at = through.get(name);
  if (at !== undefined) return value(all[at] ?? [], context);
  const own = defined(context.known.functions.get(name), context);
  if (own) return own;
  return { ...unknown, ...flagsOf(tokens, context) };
}

/** Of the file's folder it is the code; further up anything may follow. */
function parent(all: readonly Expression[], context: Context): Value {
  const [path = [], levels] = all;
  const found = value(path, context);
  if (found.place !== 'code') return found;
  const isFile = path.some(({ text: each }) => each === '__FILE__') && !path.some((each) => nameOf(each) === 'dirname');
  return { ...found, rest: '', place: isFile && !levels && !context.known.isSettings ? 'code' : 'root' };
}

function ofConstant({ text: name }: Token, context: Context): Value {
  const { known } = context;
  const own = defined(known.constants.get(name), context);
  if (own) return own;
  if (/^(?:null|false|true)$/i.test(name)) return text('');
  if (name === 'DIRECTORY_SEPARATOR' || name === 'DS') return text('/');
  const place = placeConstants.get(name);
  if (!place) return unknown;
  return { ...unknown, place: known.isSettings && name === '__DIR__' ? 'root' : place, rest: '' };
}

/** Something else than a path; what is in it still counts. */
const mixed = (tokens: Expression, context: Context): Value => ({ ...unknown, ...flagsOf(tokens, context) });

function flagsOf(tokens: Expression, context: Context): Pick<Value, 'unique' | 'visitor'> {
  const flags = { unique: false, visitor: false };
  if (context.depth > 4 || --context.left.steps < 0) return flags;
  for (const token of tokens) {
    if (token.kind === 'word' && makesUnique.has(nameOf(token))) flags.unique = true;
    if (token.kind === 'string' && token.text === 'REMOTE_ADDR') flags.visitor = true;
    if (token.kind !== 'variable') continue;
    const found = token.text === '$this' ? unknown : ofVariable([token], { ...context, depth: context.depth + 1 });
    flags.unique ||= found.unique;
    flags.visitor ||= found.visitor;
  }
  return flags;
}
