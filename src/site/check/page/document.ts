/** A page's HTML, read as browsers do: what is in it that search engines and social networks look for. */
import { type DefaultTreeAdapterTypes, defaultTreeAdapter, html as names, parse } from 'parse5';

export interface Tag {
  name: string;
  /** Attributes; names in small letters. */
  get: (name: string) => string | undefined;
  /** The text in it, spaces as one. */
  text: string;
  /** In the head, where search engines take it seriously. */
  inHead: boolean;
}

export interface Document {
  tags: Tag[];
  /** Of that name, in the page's order. */
  all: (name: string) => Tag[];
  /** The content of a meta element, by its name or property. In the head alone. */
  meta: (name: string) => string | undefined;
  /** The address of a link element, by a word of its rel. */
  links: (rel: string) => Tag[];
}

type Element = DefaultTreeAdapterTypes.Element;
type ChildNode = DefaultTreeAdapterTypes.ChildNode;

const most = 300_000;
const ofInterest = new Set([
  ...['html', 'title', 'meta', 'link', 'h1', 'script', 'img', 'iframe', 'source', 'video', 'audio', 'embed', 'object'],
]);
const withText = new Set(['title', 'h1', 'script']);

class TooMany extends Error {}

/** undefined: it has more elements than any page. */
export function readDocument(html: string): Document | undefined {
  let elements = 0;
  const treeAdapter = {
    ...defaultTreeAdapter,
    // Elements in elements take a parser more and more time.
    createElement(...args: Parameters<typeof defaultTreeAdapter.createElement>) {
      if (++elements > most) throw new TooMany();
      return defaultTreeAdapter.createElement(...args);
    },
  };
  try {
    return makeDocument(tagsOf(parse(html, { treeAdapter }).childNodes));
  } catch (error) {
    if (error instanceof TooMany) return undefined;
    throw error;
  }
}

function makeDocument(tags: Tag[]): Document {
  const all = (name: string) => tags.filter((tag) => tag.name === name);
  const metas = all('meta').filter(({ inHead }) => inHead);
  return {
    tags,
    all,
    meta: (name) =>
      metas
        .find((tag) => [tag.get('name'), tag.get('property')].some((each) => each?.trim().toLowerCase() === name))
        ?.get('content')
        ?.trim(),
    links: (rel) => all('link').filter((tag) => tag.get('rel')?.toLowerCase().split(/\s+/).includes(rel)),
  };
}

/** In the page's order; without recursion, however deep it is. */
function tagsOf(roots: readonly ChildNode[]): Tag[] {
  const tags: Tag[] = [];
  const open: { node: ChildNode; inHead: boolean }[] = roots.map((node) => ({ node, inHead: false })).reverse();
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, inHead } = next;
    if (!('tagName' in node) || node.namespaceURI !== names.NS.HTML) continue;
    if (ofInterest.has(node.tagName)) tags.push(tagOf(node, inHead));
    const isHead = inHead || node.tagName === 'head';
    for (const child of node.childNodes.toReversed()) open.push({ node: child, inHead: isHead });
  }
  return tags;
}

function tagOf(element: Element, inHead: boolean): Tag {
  const attributes = new Map(element.attrs.map(({ name, value }) => [name, value]));
  const text = withText.has(element.tagName) ? textIn(element) : '';
  return { name: element.tagName, get: (name) => attributes.get(name), text, inHead };
}

function textIn(element: Element): string {
  const texts: string[] = [];
  const open: ChildNode[] = [element];
  for (let node = open.pop(); node; node = open.pop()) {
    if ('value' in node) texts.push(node.value);
    else if ('tagName' in node && node.tagName === 'img')
      texts.push(node.attrs.find(({ name }) => name === 'alt')?.value ?? '');
    else if ('childNodes' in node) open.push(...node.childNodes.toReversed());
  }
  return element.tagName === 'script' ? texts.join('') : texts.join('').replace(/\s+/g, ' ').trim();
}

/** The text of an answer's body, in the encoding that its header or its first kilobyte names. */
export function decode(body: Buffer, contentType = ''): string {
  const said = /charset\s*=\s*["']?([\w-]+)/i;
  const label = (said.exec(contentType) ?? said.exec(body.subarray(0, 1024).toString('latin1')))?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(label).decode(body);
  } catch {
    return new TextDecoder().decode(body);
  }
}
