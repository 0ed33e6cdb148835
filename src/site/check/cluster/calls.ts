/** Calls in a file, by the name that rules ask for: `flock`, `->put_contents`, `new ZipArchive`. */
import type { Call, Inspected } from './finding.ts';
import { argumentsAt, isSign, nameOf } from './php/expression.ts';
import type { Value } from './php/value.ts';
import { valueAt } from './php/values.ts';

export function* callsOf({ source, known }: Inspected, names: ReadonlySet<string>): Generator<Call & { name: string }> {
  const { tokens } = source;
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (token?.kind !== 'word' || !isSign(tokens[at + 1], '(')) continue;
    const name = `${before(tokens[at - 1])}${nameOf(token)}`;
    if (!names.has(name)) continue;
    const args = argumentsAt(tokens, at + 1);
    if (!args) continue;
    const values = new Map<number, Value>();
    const value = (index: number): Value => {
      const found = values.get(index) ?? valueAt(args[index] ?? [], source, at, known);
      values.set(index, found);
      return found;
    };
    const word = (index: number) => {
      const [only, ...more] = args[index] ?? [];
      return only?.kind === 'string' && more.length === 0 ? only.text : undefined;
    };
    yield { name, at, args, value, word };
  }
}

/** A method, a class, a function's own declaration: what stands before the name says which it is. */
function before(token: Inspected['source']['tokens'][number] | undefined): string {
  if (token?.kind === 'sign' && /^(?:\?->|->)$/.test(token.text)) return '->';
  if (token?.kind === 'sign' && token.text === '::') return '::';
  if (token?.kind === 'word' && /^(?:new|function)$/i.test(token.text)) return `${token.text.toLowerCase()} `;
  return '';
}
