/** Where settings come from. A layer is one source's settings, as a tree, with the place of each value in its text. */
import {
  type Document,
  type ErrorCode,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseDocument,
} from 'yaml';
import { catalogue, fromText, variableOf } from './catalogue.ts';
import { closest } from './closest.ts';
import { isUnsafe, lastAlias, unsafeNode, unsafeWords } from './safe-text.ts';
import { isTree, merge, type Tree, treeOf } from './tree.ts';

export type LayerName =
  | 'default'
  | 'size'
  | 'derived'
  | 'user'
  | 'project'
  | 'local'
  /** What the last `up` was told, by flags and variables. */
  | 'told'
  | 'environment'
  | 'flag';

/** Where a value was set. */
export interface Origin {
  layer: LayerName;
  /** The file as the user would name it, or the variable, or the flag. */
  source?: string;
  /** From 1; files only. */
  line?: number;
  column?: number;
}

export interface Layer {
  name: LayerName;
  tree: Tree;
  /** Place of the value at a path; with `key`, the place of its name instead. Undefined when this layer does not set it. */
  locate(path: readonly PropertyKey[], key?: 'key'): Origin | undefined;
}

/** A sentence about one wrong place. */
export interface Problem {
  text: string;
  origin: Origin;
}

/** The layer of a YAML file. `source` is how the user would name the file. */
export function yamlLayer(name: LayerName, source: string, text: string): { layer: Layer } | { problems: Problem[] } {
  const lines = new LineCounter();
  // Tags that the library knows by itself (!!set, !!binary) make values that no setting has.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, resolveKnownTags: false });
  const at = (offset: number): Origin => {
    const { line, col } = lines.linePos(offset);
    return { layer: name, source, line, column: col };
  };
  const unreadable = text.indexOf('\ufffd');
  if (unreadable >= 0) {
    const words = 'is not UTF-8 from here on: save the file in that encoding';
    return { problems: [{ text: words, origin: at(unreadable) }] };
  }
  const broken = [...document.errors, ...document.warnings].map(({ code, message, pos }) => {
    const origin = at(pos[0]);
    const written = text
      .split(/\r?\n/)
      [(origin.line ?? 1) - 1]?.replace(/\p{Cc}+/gu, ' ')
      .trim()
      .slice(0, 60);
    return { text: `${plainly[code] ?? message.replace(/\.$/, '')}${written ? `: ${written}` : ''}`, origin };
  });
  if (broken.length > 0) return { problems: broken.slice(0, 1) }; // most of the others are consequences of the first

  const refused = unsafeNode(document);
  if (refused) return { problems: [{ text: refused.text, origin: at(refused.node.range?.[0] ?? 0) }] };
  let tree: unknown;
  try {
    tree = document.toJS() ?? {};
  } catch {
    const last = lastAlias(document);
    const words = `*${last?.source} is one alias too many: write the values themselves`;
    return { problems: [{ text: words, origin: at(last?.range?.[0] ?? 0) }] };
  }
  if (!isTree(tree)) return { problems: [{ text: 'expected settings, one "name: value" per line', origin: at(0) }] };
  const locate: Layer['locate'] = (path, key) => {
    const offset = offsetOf(document, path, key);
    return offset === undefined ? undefined : at(offset);
  };
  return { layer: { name, tree, locate } };
}

/** Where the library's own words speak to a programmer. */
const plainly: Partial<Record<ErrorCode, string>> = {
  MULTIPLE_DOCS: 'a second document begins here, and settings are one',
  TAG_RESOLVE_FAILED: 'settings need no tag',
  RESOURCE_EXHAUSTION: 'too many brackets in each other',
};

function offsetOf(document: Document, path: readonly PropertyKey[], key?: 'key'): number | undefined {
  const keyOf = (pair: Pair) => String(isScalar(pair.key) ? pair.key.value : pair.key);
  const resolved = (node: unknown) => (isAlias(node) ? node.resolve(document) : node);
  let node: unknown = document.contents;
  let pair: Pair | undefined;
  for (const part of path) {
    const above = resolved(node);
    pair = isMap(above) ? above.items.find((item) => keyOf(item) === part) : undefined;
    node = isSeq(above) ? above.items[Number(part)] : pair?.value;
    if (!isSeq(above) && !pair) return undefined;
  }
  const desired = key ? pair?.key : node;
  return isNode(desired) ? desired.range?.[0] : undefined;
}

/** `--set cache.ttl=30`, each with its own place: the last one wins, and an error names the wrong one. */
export function flagLayer(
  flags: readonly string[],
  name: 'flag' | 'told' = 'flag',
): { layer: Layer } | { problems: Problem[] } {
  const problems = flags
    .filter((flag) => !/^[^=\s]+=/.test(flag))
    .map(
      (flag): Problem => ({
        text: 'expected name=value, such as cache.ttl=30',
        origin: { layer: name, source: `--set ${flag}` },
      }),
    );
  if (problems.length > 0) return { problems };
  const values = flags.map((flag): TextValue => {
    const [path = ''] = flag.split('=', 1);
    return { path, text: flag.slice(path.length + 1), source: `--set ${flag}` };
  });
  return checkedLayer(name, values);
}

/** All that is said of settings outside of files, as --set has it: what variables say, then the flags. */
export function toldBy(environment: Readonly<Record<string, string | undefined>>, flags: readonly string[]): string[] {
  const variables = [...catalogue.keys()].flatMap((path) => {
    const text = environment[variableOf(path)];
    return text === undefined ? [] : [`${path}=${text}`];
  });
  return [...variables, ...flags];
}

/** BOOTDEV_SET_CACHE_TTL=30. A variable for a setting that does not exist is an error like any other. */
export function environmentLayer(
  environment: Readonly<Record<string, string | undefined>>,
): { layer: Layer } | { problems: Problem[] } {
  const paths = new Map([...catalogue.keys()].map((path) => [variableOf(path), path]));
  const given = Object.entries(environment).filter(([name]) => name.startsWith('BOOTDEV_SET_'));
  const problems = given
    .filter(([name]) => !paths.has(name))
    .map(([name]): Problem => {
      const meant = closest(name, paths.keys());
      const text = `is not a setting${meant ? `; did you mean ${meant}?` : ''}`;
      return { text, origin: { layer: 'environment', source: name } };
    });
  if (problems.length > 0) return { problems };
  const values = given.map(
    ([name, text]): TextValue => ({ path: paths.get(name) ?? '', text: text ?? '', source: name }),
  );
  return checkedLayer('environment', values);
}

interface TextValue {
  path: string;
  text: string;
  source: string;
}

/** None of them may hold what would act on a terminal. */
function checkedLayer(
  name: 'flag' | 'told' | 'environment',
  values: readonly TextValue[],
): { layer: Layer } | { problems: Problem[] } {
  const wrong = values.filter(({ text }) => isUnsafe(text));
  if (wrong.length === 0) return { layer: textLayer(name, values) };
  return {
    problems: wrong.map(({ path, source }) => ({
      text: `${path} ${unsafeWords}`,
      origin: { layer: name, source: name === 'environment' ? source : `--set ${path}` },
    })),
  };
}

function textLayer(name: 'flag' | 'told' | 'environment', values: readonly TextValue[]): Layer {
  const tree = values.reduce<Tree>((sum, { path, text }) => merge(sum, treeOf(path, fromText(path, text))), {});
  return {
    name,
    tree,
    locate: (path) => {
      const desired = path.join('.');
      const last = values.findLast((one) => one.path === desired || one.path.startsWith(`${desired}.`));
      return last && { layer: name, source: last.source };
    },
  };
}
