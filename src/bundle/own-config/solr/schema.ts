/** schema.xml: fields, and how text becomes words. Pure. */
import { type classes, refuseClass, refuseShortName } from './classes.ts';
import { isBeside, listElements, refuseParameter } from './parameters.ts';
import type { Element } from './xml.ts';

export interface Around {
  /** Names below bootdev/solr/. */
  files: ReadonlySet<string>;
  /** With ${…} filled in; says it where that cannot be. */
  substitute: (text: string, element: Element) => string;
  refuse: (element: Element, why: string) => void;
}

/** By element, what may stand in it. */
const inside: Readonly<Record<string, readonly string[]>> = {
  schema: [
    'field',
    'dynamicField',
    'copyField',
    'fieldType',
    'fieldtype',
    'types',
    'fields',
    'similarity',
    'uniqueKey',
    'defaultSearchField',
    'solrQueryParser',
  ],
  types: ['fieldType', 'fieldtype'],
  fields: ['field', 'dynamicField', 'copyField'],
  fieldType: ['analyzer', 'similarity'],
  fieldtype: ['analyzer', 'similarity'],
  // Solr does not read <filters>; Drupal writes an empty one.
  analyzer: ['charFilter', 'tokenizer', 'filter', 'filters'],
  similarity: [...listElements],
  lst: [...listElements],
  arr: [...listElements],
};

const kinds: Readonly<Record<string, keyof typeof classes | 'analysis'>> = {
  fieldType: 'fieldType',
  fieldtype: 'fieldType',
  similarity: 'similarity',
  charFilter: 'analysis',
  tokenizer: 'analysis',
  filter: 'analysis',
};

/** Attributes that name files of the same folder, several with commas. */
const ofFiles = new Set([
  ...[
    'words',
    'protected',
    'dictionary',
    'mapping',
    'synonyms',
    'userDictionary',
    'types',
    'articles',
    'tags',
    'affix',
    'ignored',
  ],
  ...['currencyConfig', 'enumsConfig', 'rulefiles', 'custom', 'stemdict', 'hyphenator'],
]);
/** Those that are read as XML, which only files of that name were read as here. */
const ofXml = new Set(['currencyConfig', 'enumsConfig', 'hyphenator']);
/** Lists that come with Lucene. */
const ofLucene = /^(?:morfologik|ua\/net\/nlp|org\/apache\/lucene\/analysis)\/[\w/.-]+$/;

export function checkSchema(root: Element, around: Around): void {
  if (root.name !== 'schema') around.refuse(root, `<${root.name}> is no schema.`);
  else check(root, around);
}

function check(element: Element, around: Around): void {
  const { refuse, substitute } = around;
  const kind = kinds[element.name];
  const text = substitute(element.text, element);
  if (listElements.has(element.name)) {
    const why = refuseParameter(element.attributes.get('name') ?? '', text.trim());
    if (why) refuse(element, why);
  }
  for (const [name, raw] of element.attributes) {
    const value = substitute(raw, element);
    const why = refuseAttribute(element.name, name, value, kind, around);
    if (why) refuse(element, why);
  }
  for (const child of element.children) {
    if (inside[element.name]?.includes(child.name)) check(child, around);
    else refuse(child, `<${child.name}> in <${element.name}> is not among what bootdev knows to be harmless.`);
  }
}

function refuseAttribute(
  element: string,
  name: string,
  value: string,
  kind: keyof typeof classes | 'analysis' | undefined,
  { files }: Around,
): string | undefined {
  if (name === 'class') {
    if (kind) return refuseClass(value, kind);
    // <analyzer class>: one of Lucene's, whole.
    return isAnalyzer(value) ? undefined : `${value}: only Lucene's analyzers are there.`;
  }
  if (kind === 'analysis' && name === 'name') return refuseShortName(value);
  if (name === 'tokenizerFactory') return refuseClass(value, 'analysis');
  if (name === 'analyzer') return isAnalyzer(value) ? undefined : `${value}: only Lucene's analyzers are there.`;
  if (name === 'format') return /^[a-z]+$/.test(value) ? undefined : `format: ${value} would be a class.`;
  if (/^(?:providerClass|parserImpl|spatialContextFactory|ratesFileLocation|.*Impl|.*Class)$/.test(name))
    return /^(?:solr\.)?FileExchangeRateProvider$/.test(value)
      ? undefined
      : `${name}: it would load a class, or fetch from elsewhere.`;
  if (name === 'encoder' && !/^\w+$/.test(value)) return `encoder: ${value} would be a class.`;
  if (ofXml.has(name) && !value.endsWith('.xml')) return `${name}: ${value} must be a file *.xml.`;
  if (ofFiles.has(name) && element !== 'analyzer') return refuseFiles(name, value, files);
  return undefined;
}

const isAnalyzer = (named: string) =>
  /^(?:solr\.|org\.apache\.lucene\.analysis\.(?:[a-z]+\.)*)[A-Z]\w*Analyzer$/.test(named);

function refuseFiles(name: string, value: string, files: ReadonlySet<string>): string | undefined {
  for (const part of value.split(/\s*(?<!\\),\s*/)) {
    // ICU's rules: Latn:rules.rbbi
    const file = part.replace(/^[A-Z][a-z]{3}:/, '').replace(/^\.\//, '');
    if (ofLucene.test(file) && !file.includes('..')) continue;
    if (!isBeside(file)) return `${name}: ${part} must be a file beside the schema.`;
    if (!files.has(file)) return `${name}: there is no file ${file} beside the schema.`;
  }
  return undefined;
}
