/** A path as far as it is known, and what two of them make together. */
import { isShared, type Place, placeOfText } from './places.ts';

export interface Value {
  place: Place;
  /** What follows the place, `*` for what is not literal. Of a literal alone its text. */
  rest: string;
  /** All of it is literal. */
  literal: boolean;
  /** No other request makes the same. */
  unique: boolean;
  /** The visitor's address is in it. */
  visitor: boolean;
}

export const unknown: Value = { place: 'unknown', rest: '*', literal: false, unique: false, visitor: false };
export const text = (rest: string): Value => ({ ...unknown, place: placeOfText(rest), rest, literal: true });

/** Below a root only what is literal, and not shared, is surely the code. */
export function settle(found: Value): Value {
  if (found.place !== 'root' && !(found.place === 'code' && found.rest.includes('..'))) return found;
  if (isShared(found.rest)) return { ...found, place: 'shared' };
  return { ...found, place: /^\/?[\w.](?:[^*]|$)/.test(found.rest.replace(/^(?:\/?\.\.)+/, '')) ? 'code' : 'unknown' };
}

export function joined(one: Value, other: Value): Value {
  const isUnknown = other.place === 'shared' || other.place === 'temp';
  return {
    place: isUnknown
      ? 'shared'
      : one.literal && one.place === 'unknown'
        ? placeOfText(one.rest + other.rest)
        : one.place,
    rest: `${one.rest}${other.place === 'unknown' ? other.rest : '*'}`.slice(0, 300),
    literal: one.literal && other.literal,
    unique: one.unique || other.unique,
    visitor: one.visitor || other.visitor,
  };
}

/** Of several that it may be: what they are all. */
export function same(all: readonly Value[]): Value {
  const said = all.filter(({ rest, place }) => rest !== '' || place !== 'unknown');
  const [first] = said;
  if (!first) return all[0] ?? unknown;
  const flags = { unique: said.some(({ unique }) => unique), visitor: said.some(({ visitor }) => visitor) };
  if (said.some(({ place }) => place !== first.place)) return { ...unknown, ...flags };
  return said.length === 1 || said.every(({ rest }) => rest === first.rest)
    ? { ...first, ...flags }
    : { ...first, ...flags, rest: first.place === 'root' ? '*' : first.rest, literal: false };
}
