/** bootdev/solr/: a core's whole configuration, as Drupal's modules write it. Pure. */
import type { Files, Problem } from '../own-config.ts';
import { type Properties, readProperties, substitute } from './properties.ts';
import { type Around, checkSchema } from './schema.ts';
import { checkSolrconfig } from './solrconfig.ts';
import { type Element, readDocument, readPart, XmlProblem } from './xml.ts';

const folder = 'solr/';
const schemas = ['schema.xml', 'managed-schema', 'managed-schema.xml'];

export function checkSolr(files: Files): Problem[] {
  const problems: Problem[] = [];
  const { properties, problems: ofProperties } = readProperties(
    `${folder}solrcore.properties`,
    files.get(`${folder}solrcore.properties`) ?? '',
  );
  problems.push(...ofProperties);
  const seen = new Set<string>();
  const around = surroundings(files, properties, problems);
  const read = (name: string, use: (root: Element) => void) => {
    const path = `${folder}${name}`;
    const text = files.get(path);
    seen.add(path);
    if (text === undefined) return;
    withProblem(problems, () =>
      use(
        readDocument(path, text, (other) => {
          const beside = files.get(`${folder}${other}`);
          seen.add(`${folder}${other}`);
          return beside === undefined ? undefined : { path: `${folder}${other}`, text: beside };
        }),
      ),
    );
  };
  if (!files.has(`${folder}solrconfig.xml`))
    problems.push({
      path: 'solr',
      line: 0,
      text: 'solrconfig.xml is missing: the folder is the whole configuration of the core.',
    });
  read('solrconfig.xml', (root) => {
    checkSolrconfig(root, around);
    problems.push(...missing(root, files, properties));
  });
  for (const name of schemas) read(name, (root) => checkSchema(root, around));
  for (const [path, text] of files) {
    if (path.endsWith('.xml') && !seen.has(path)) withProblem(problems, () => readPart(path, text));
  }
  return problems;
}

function surroundings(files: Files, properties: Properties, problems: Problem[]): Around {
  const refuse = ({ path, line }: Element, why: string) => void problems.push({ path, line, text: why });
  return {
    files: new Set([...files.keys()].map((path) => path.slice(folder.length))),
    refuse,
    substitute: (text, element) => {
      const filled = substitute(text, properties);
      if ('text' in filled) return filled.text;
      refuse(element, filled.why);
      return '';
    },
  };
}

/** What a core of bootdev's must have, so that its files stay as they are and its health can be asked. */
function* missing(root: Element, files: Files, properties: Properties): Generator<Problem> {
  const at = (element: Element, text: string): Problem => ({ path: element.path, line: element.line, text });
  const has = (name: string) => files.has(`${folder}${name}`);
  const handlers = root.children.filter(({ name }) => name === 'requestHandler');
  if (!handlers.some(({ attributes }) => attributes.get('name') === '/select'))
    yield at(root, 'there is no requestHandler "/select": searches, and the health of the machine, go through it.');
  const factory = root.children.findLast(({ name }) => name === 'schemaFactory');
  const named = substitute(factory?.attributes.get('class') ?? '', properties);
  const isClassic = 'text' in named && named.text.endsWith('ClassicIndexSchemaFactory');
  const other = factory?.children.find(({ attributes }) => attributes.get('name') === 'managedSchemaResourceName');
  if (other) yield at(other, 'the schema has its usual name here: schema.xml or managed-schema.xml.');
  if (isClassic && !has('schema.xml'))
    yield at(factory ?? root, 'ClassicIndexSchemaFactory reads schema.xml, which is missing.');
  if (isClassic) return;
  if (has('schema.xml') || !schemas.some(has))
    yield at(
      factory ?? root,
      'Solr would write schema.xml again as managed-schema.xml: <schemaFactory class="ClassicIndexSchemaFactory"/>, or the schema as managed-schema.xml.',
    );
}

function withProblem(problems: Problem[], read: () => void): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof XmlProblem)) throw error;
    problems.push({ path: error.path, line: error.line, text: error.message });
  }
}

/** Why a file is none of a core's. */
export function refuseName(path: string): string {
  if (/overlay|params\.json$|_rest_managed|_schema_/.test(path))
    return 'Solr writes this file over the network: say it in solrconfig.xml or schema.xml.';
  if (/\.(?:js|vm|xslt?|py|rb|groovy|jar|class)$/.test(path))
    return 'it would be a program inside Solr, with its rights.';
  return 'a configuration of Solr is .xml, .txt, .properties, .dic, .aff and .rbbi files, in this folder and in lang/.';
}
