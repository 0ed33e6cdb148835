/** Settings as nested plain data, and dotted paths into it: 'cache.ttl'. */
export type Tree = { [key: string]: unknown };

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `over` wins, section by section. A key without a value (`cache:` in YAML) leaves `base` unchanged. */
export function merge(base: Tree, over: Tree): Tree {
  const merged: Tree = Object.assign(Object.create(null), base);
  for (const [key, value] of Object.entries(over)) {
    if (value === null || value === undefined) continue;
    const below = merged[key];
    merged[key] = isTree(value) ? merge(isTree(below) ? below : {}, value) : value;
  }
  return merged;
}

/** Every value that is not a section, with its path. */
export function* leaves(tree: Tree, prefix = ''): Generator<[path: string, value: unknown]> {
  for (const [key, value] of Object.entries(tree)) {
    if (isTree(value)) yield* leaves(value, `${prefix}${key}.`);
    else yield [prefix + key, value];
  }
}

/** Also of a list, by its number. */
export function valueAt(tree: unknown, path: string): unknown {
  let value = tree;
  for (const key of path.split('.')) {
    const has = typeof value === 'object' && value !== null && Object.hasOwn(value, key);
    value = has ? (value as Tree)[key] : undefined;
  }
  return value;
}

/** A tree with one value: ('cache.ttl', 30) → {cache: {ttl: 30}}. */
export function treeOf(path: string, value: unknown): Tree {
  return path.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as Tree;
}
