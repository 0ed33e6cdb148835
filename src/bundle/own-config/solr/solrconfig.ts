/** solrconfig.xml: what is loaded, and what a request is answered with. Pure. */
import { type classes, refuseClass } from './classes.ts';
import { isBeside, listElements, refuseParameter, refuseRequestParameter } from './parameters.ts';
import type { Around } from './schema.ts';
import type { Element } from './xml.ts';

interface Rule {
  /** What its class must be of; without one it has none. */
  kind?: keyof typeof classes;
  /** Attributes besides name and class. */
  attributes?: readonly string[];
  inside?: Readonly<Record<string, Rule>>;
  /** Named parameters may stand in it. */
  lists?: true;
  /** The text of it, or of one of its attributes. */
  check?: (element: Element, values: ReadonlyMap<string, string>, text: string) => string | undefined;
}

const plain: Rule = {
  check: (_, __, text) => (/^[\w.:-]*$/.test(text) ? undefined : 'one number or word stands here.'),
};
const plugin = (kind: keyof typeof classes, more: Rule = {}): Rule => ({
  kind,
  lists: true,
  attributes: ['startup', 'default', 'enable', 'enabled'],
  ...more,
});
const plains = (...names: string[]): Record<string, Rule> => Object.fromEntries(names.map((name) => [name, plain]));

const listener = plugin('listener', { attributes: ['event'] });
const cache = plugin('cache', {
  attributes: [
    ...[
      'size',
      'initialSize',
      'minSize',
      'acceptableSize',
      'autowarmCount',
      'showItems',
      'cleanupThread',
      'maxRamMB',
      'maxIdleTime',
      'async',
    ],
    'regenerator',
  ],
  check: (_, values) => (values.has('regenerator') ? refuseClass(values.get('regenerator') ?? '', 'cache') : undefined),
});

const isOff = (names: readonly string[]) => (_: Element, values: ReadonlyMap<string, string>) => {
  const on = names.find((name) => values.has(name) && values.get(name) !== 'false');
  return on && `${on}: a request could make Solr read files and addresses.`;
};
const isPlace = (what: string) => (_: Element, __: unknown, text: string) =>
  text === '' || isBeside(text) ? undefined : `${what}: ${text} is not beside the index, on its volume.`;

/** `<lib>` does nothing since Solr 9.8; Drupal's configurations have those of Solr's own modules. */
const isModule = (_: Element, values: ReadonlyMap<string, string>) =>
  !values.has('path') &&
  /^(?:\/opt\/solr|(?:\.\.\/)*\.\.)\/(?:modules|contrib|dist)(?:\/[\w-]+)*\/?$/.test(values.get('dir') ?? '')
    ? undefined
    : 'only the jars of the machine are loaded: the folders modules, contrib and dist below solr.install.dir may stand here, others may not.';

const config: Rule = {
  inside: {
    ...plains('abortOnConfigurationError', 'luceneMatchVersion'),
    lib: { attributes: ['dir', 'regex', 'path'], check: isModule },
    dataDir: { check: isPlace('dataDir') },
    directoryFactory: plugin('directoryFactory'),
    codecFactory: plugin('codecFactory'),
    schemaFactory: plugin('schemaFactory'),
    indexReaderFactory: plugin('indexReaderFactory'),
    indexConfig: {
      inside: {
        ...plains(
          'lockType',
          'infoStream',
          'ramBufferSizeMB',
          'maxBufferedDocs',
          'useCompoundFile',
          'writeLockTimeout',
          'mergeFactor',
        ),
        ...plains(
          'maxIndexingThreads',
          'maxMergeDocs',
          'maxFieldLength',
          'reopenReaders',
          'unlockOnStartup',
          'checkIntegrityAtMerge',
        ),
        ...plains('ramPerThreadHardLimitMB', 'maxCommitMergeWaitTime', 'termIndexInterval', 'nrtMode'),
        mergePolicyFactory: plugin('mergePolicyFactory'),
        mergeScheduler: plugin('mergeScheduler'),
        deletionPolicy: plugin('deletionPolicy'),
        mergedSegmentWarmer: plugin('mergedSegmentWarmer'),
      },
    },
    updateHandler: plugin('updateHandler', {
      inside: {
        updateLog: { lists: true },
        autoCommit: { inside: plains('maxDocs', 'maxTime', 'maxSize', 'openSearcher') },
        autoSoftCommit: { inside: plains('maxDocs', 'maxTime') },
        commitWithin: { inside: plains('softCommit') },
        listener,
      },
    }),
    query: {
      inside: {
        ...plains(
          'maxBooleanClauses',
          'minPrefixQueryTermLength',
          'enableLazyFieldLoading',
          'useFilterForSortedQuery',
          'queryResultWindowSize',
        ),
        ...plains(
          'queryResultMaxDocsCached',
          'useColdSearcher',
          'maxWarmingSearchers',
          'slowQueryThresholdMillis',
          'useRangeVersionsForPeerSync',
        ),
        query: plain,
        filterCache: cache,
        queryResultCache: cache,
        documentCache: cache,
        fieldValueCache: cache,
        featureVectorCache: cache,
        cache,
        listener,
      },
    },
    circuitBreaker: plugin('circuitBreaker'),
    requestDispatcher: {
      attributes: ['handleSelect'],
      inside: {
        requestParsers: {
          attributes: [
            'enableRemoteStreaming',
            'enableStreamBody',
            'multipartUploadLimitInKB',
            'formdataUploadLimitInKB',
            'addHttpRequestToContext',
          ],
          check: isOff(['enableRemoteStreaming', 'enableStreamBody']),
        },
        httpCaching: {
          attributes: ['never304', 'lastModifiedFrom', 'etagSeed', 'lastModFrom'],
          inside: { cacheControl: {} },
        },
      },
    },
    requestHandler: plugin('requestHandler'),
    initParams: { lists: true, attributes: ['path'] },
    searchComponent: plugin('searchComponent', {
      inside: {
        highlighting: {
          attributes: ['class'],
          inside: Object.fromEntries(
            ['fragmenter', 'formatter', 'encoder', 'fragListBuilder', 'fragmentsBuilder', 'boundaryScanner'].map(
              (name) => [name, plugin('highlighting')],
            ),
          ),
        },
      },
    }),
    queryResponseWriter: plugin('queryResponseWriter'),
    queryParser: plugin('queryParser'),
    transformer: plugin('transformer'),
    updateRequestProcessorChain: {
      attributes: ['default', 'processor', 'post-processor'],
      inside: { processor: plugin('processor') },
    },
    updateProcessor: plugin('processor'),
    admin: { inside: { defaultQuery: { check: () => undefined } } },
  },
};

export function checkSolrconfig(root: Element, around: Around): void {
  if (root.name !== 'config') around.refuse(root, `<${root.name}> is no configuration of Solr.`);
  else check(root, config, around);
}

function check(element: Element, rule: Rule, around: Around): void {
  const { refuse, substitute } = around;
  const values = new Map([...element.attributes].map(([name, value]) => [name, substitute(value, element)]));
  const text = substitute(element.text, element).trim();
  const known = ['name', ...(rule.kind ? ['class'] : []), ...(rule.attributes ?? [])];
  const strange = [...values.keys()].find((name) => !known.includes(name));
  const named = values.get('class');
  const kind = rule.kind ?? (element.name === 'highlighting' ? 'highlighting' : undefined);
  const problems = [
    strange && `${strange}="…" of <${element.name}> is not among what bootdev knows to be harmless.`,
    named !== undefined && kind && !isLazyExtraction(element, named, values) && refuseClass(named, kind),
    rule.check?.(element, values, text),
  ];
  for (const why of problems) if (why) refuse(element, why);
  for (const child of element.children) {
    const below = rule.inside?.[child.name];
    if (below) check(child, below, around);
    else if (rule.lists && listElements.has(child.name)) checkList(child, element, false, around);
    else refuse(child, `<${child.name}> in <${element.name}> is not among what bootdev knows to be harmless.`);
  }
}

/** Drupal's configurations have it, and do not need it: without its module the handler is never made. */
const isLazyExtraction = (element: Element, named: string, values: ReadonlyMap<string, string>) =>
  element.name === 'requestHandler' && /\bExtractingRequestHandler$/.test(named) && values.get('startup') === 'lazy';

/** `ofRequest`: they are those of a request, below defaults, appends, invariants or the queries that warm a searcher. */
function checkList(element: Element, plugged: Element, ofRequest: boolean, around: Around): void {
  const { refuse, substitute } = around;
  const name = element.attributes.get('name') ?? '';
  const value = substitute(element.text, element).trim();
  const why = ofRequest ? refuseRequestParameter(name) : refuseParameter(name, value);
  if (why) refuse(element, why);
  const begins = /^(?:defaults|appends|invariants)$/.test(name)
    ? ['requestHandler', 'initParams'].includes(plugged.name)
    : name === 'queries' && plugged.name === 'listener';
  for (const child of element.children) {
    if (listElements.has(child.name)) checkList(child, plugged, ofRequest || begins, around);
    else refuse(child, `<${child.name}> in <${element.name}> is not among what bootdev knows to be harmless.`);
  }
}
