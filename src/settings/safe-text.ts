/** What a settings file may not hold: it is somebody else's text, and ends up on a terminal and in configuration files. */
import { type Alias, type Document, isNode, isScalar, type Node, visit } from 'yaml';

/** Control characters (escape sequences of terminals begin with one) and those that turn the direction of writing. */
const unsafe = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

export const isUnsafe = (text: string): boolean => unsafe.test(text);
export const unsafeWords = 'holds control characters, which no setting needs';

/**
 * The first place in a document that must not be: an alias inside what it stands for (it has no end) or for nothing, a name that is no word,
 * unsafe text.
 */
export function unsafeNode(document: Document): { node: Node; text: string } | undefined {
  let found: { node: Node; text: string } | undefined;
  visit(document, {
    Pair(_, { key, value }) {
      if (isScalar(key) && key.value !== null) return undefined;
      const node = isNode(key) ? key : value;
      if (!isNode(node)) return undefined;
      found = { node, text: 'expected a name before the ":"' };
      return visit.BREAK;
    },
    Alias(_, node, path) {
      const meant = node.resolve(document);
      if (meant && !path.some((above) => above === meant)) return undefined;
      found = {
        node,
        text: `*${node.source} stands ${meant ? 'inside what it stands for' : `for nothing: no &${node.source} before it`}`,
      };
      return visit.BREAK;
    },
    Scalar(_, node) {
      if (typeof node.value !== 'string' || !isUnsafe(node.value)) return undefined;
      found = { node, text: unsafeWords };
      return visit.BREAK;
    },
  });
  return found;
}

/** Where the library gives up: each alias of aliases multiplies what has to be read. */
export function lastAlias(document: Document): Alias | undefined {
  let last: Alias | undefined;
  visit(document, {
    Alias(_, node) {
      last = node;
    },
  });
  return last;
}
