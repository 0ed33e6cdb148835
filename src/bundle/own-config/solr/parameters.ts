/** Named parameters (<str name="…">) of requests and of plugins. Pure. */
import { refuseClass } from './classes.ts';

export const listElements: ReadonlySet<string> = new Set([
  'lst',
  'arr',
  'str',
  'int',
  'long',
  'float',
  'double',
  'bool',
  'null',
  'date',
]);

/** What a handler may answer a request with that does not say it: searching, showing, suggesting. None names another server or handler. */
const ofRequests = new RegExp(
  `^(?:${[
    'q|q\\.(?:alt|op)|fq|sort|start|rows|fl|df|defType|wt|indent|omitHeader|version|echoParams|timeAllowed|cpuAllowed|cursorMark|distrib|cache',
    'qf|pf[23]?|ps[23]?|qs|mm|mm\\.autoRelax|tie|bq|bf|boost|uf|lowercaseOperators|stopwords|sow|rq|rqq|NOW|TZ|preferLocalShards|segmentTerminateEarly',
    '(?:hl|facet|spellcheck|suggest|terms|tv|mlt|stats|group|expand|debug|elevate|collapse)(?:\\..*)?|f\\..*|debugQuery|explainOther|json\\.nl',
    'enableElevation|forceElevation|exclusive|elevateIds|excludeIds|markExcludes|useDocValuesAsStored',
    'lowernames|uprefix|captureAttr|capture|fmap\\..*|literal\\..*|defaultField|xpath|extractOnly|extractFormat|update\\.chain|processor|commit|commitWithin|softCommit|overwrite',
    'queryFieldType|analysis\\..*|healthcheck.*|action',
  ].join('|')})$`,
);

export const refuseRequestParameter = (name: string): string | undefined =>
  name === '' || (ofRequests.test(name) && name !== 'mlt.url')
    ? undefined
    : `${name}: it is not among the parameters that bootdev knows to be harmless: one may name another server, file or handler.`;

const isPlace = /(?:dir|path|location|file|script|template|url|host|command|exe)$/i;
const isClass = /(?:class|classname|impl|measure|wrapped\.prefix\.class)$/i;

/** A file or folder beside the configuration or the index: never above it. */
export const isBeside = (path: string) => /^(?:\.\/)?[\w-][\w.-]*(?:\/[\w-][\w.-]*)*$/.test(path);

/** Of a plugin itself: where it reads and writes, and what it makes use of. */
export function refuseParameter(name: string, value: string): string | undefined {
  if (isClass.test(name)) return value === '' ? undefined : refuseClass(value, 'inner');
  if (isPlace.test(name) && value !== '' && !isBeside(value))
    return `${name}: ${value} must be a name beside the configuration or the index.`;
  if (name === 'config-file' && !value.endsWith('.xml')) return `${name}: ${value} must be a file *.xml.`;
  return undefined;
}
