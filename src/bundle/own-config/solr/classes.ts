/**
 * The classes of Solr and Lucene that a configuration may name, by what they are for. A list of what is harmless: each has what it reads from
 * the same folder or the index, and starts, fetches and writes nothing else. Pure.
 */
const words = (text: string) => new Set(text.trim().split(/\s+/));

export const classes = {
  directoryFactory: words(
    'NRTCachingDirectoryFactory StandardDirectoryFactory MMapDirectoryFactory NIOFSDirectoryFactory',
  ),
  codecFactory: words('SchemaCodecFactory'),
  schemaFactory: words('ClassicIndexSchemaFactory ManagedIndexSchemaFactory'),
  indexReaderFactory: words('StandardIndexReaderFactory'),
  mergePolicyFactory: words(
    'TieredMergePolicyFactory LogByteSizeMergePolicyFactory LogDocMergePolicyFactory NoMergePolicyFactory SortingMergePolicyFactory',
  ),
  mergeScheduler: words('ConcurrentMergeScheduler SerialMergeScheduler'),
  deletionPolicy: words('SolrDeletionPolicy'),
  mergedSegmentWarmer: words('SimpleMergedSegmentWarmer'),
  updateHandler: words('DirectUpdateHandler2'),
  listener: words('QuerySenderListener'),
  cache: words('CaffeineCache LRUCache FastLRUCache LFUCache NoOpRegenerator'),
  circuitBreaker: words('CircuitBreakerManager CPUCircuitBreaker MemoryCircuitBreaker LoadAverageCircuitBreaker'),
  requestHandler: words(`
    SearchHandler UpdateRequestHandler MoreLikeThisHandler PingRequestHandler RealTimeGetHandler FieldAnalysisRequestHandler
    DocumentAnalysisRequestHandler
  `),
  searchComponent: words(`
    SpellCheckComponent SuggestComponent TermsComponent TermVectorComponent QueryElevationComponent HighlightComponent FacetComponent QueryComponent
    MoreLikeThisComponent StatsComponent DebugComponent ExpandComponent RealTimeGetComponent PhrasesIdentificationComponent ResponseLogComponent
  `),
  highlighting: words(`
    GapFragmenter RegexFragmenter HtmlFormatter DefaultEncoder HtmlEncoder SimpleFragListBuilder SingleFragListBuilder WeightedFragListBuilder
    ScoreOrderFragmentsBuilder SimpleFragmentsBuilder SimpleBoundaryScanner BreakIteratorBoundaryScanner
    DefaultSolrHighlighter FastVectorSolrHighlighter PostingsSolrHighlighter UnifiedSolrHighlighter
  `),
  queryResponseWriter: words(`
    XMLResponseWriter JSONResponseWriter GeoJSONResponseWriter PythonResponseWriter RubyResponseWriter PHPResponseWriter PHPSerializedResponseWriter
    CSVResponseWriter SchemaXmlResponseWriter SmileResponseWriter BinaryResponseWriter JavaBinResponseWriter
  `),
  queryParser: words(`
    LuceneQParserPlugin DisMaxQParserPlugin ExtendedDismaxQParserPlugin ComplexPhraseQParserPlugin SurroundQParserPlugin SimpleQParserPlugin
    BoostQParserPlugin FunctionQParserPlugin FieldQParserPlugin RawQParserPlugin TermQParserPlugin TermsQParserPlugin PrefixQParserPlugin
    NestedQParserPlugin CollapsingQParserPlugin BlockJoinParentQParserPlugin BlockJoinChildQParserPlugin ReRankQParserPlugin MLTQParserPlugin
    PayloadScoreQParserPlugin PayloadCheckQParserPlugin SpatialFilterQParserPlugin SpatialBoxQParserPlugin SwitchQParserPlugin MaxScoreQParserPlugin
  `),
  transformer: words(
    'ValueAugmenterFactory EditorialMarkerFactory ExplainAugmenterFactory DocIdAugmenterFactory ChildDocTransformerFactory',
  ),
  processor: words(`
    RunUpdateProcessorFactory LogUpdateProcessorFactory DistributedUpdateProcessorFactory IgnoreCommitOptimizeUpdateProcessorFactory
    SignatureUpdateProcessorFactory TrimFieldUpdateProcessorFactory RemoveBlankFieldUpdateProcessorFactory
    ParseBooleanFieldUpdateProcessorFactory ParseDateFieldUpdateProcessorFactory ParseDoubleFieldUpdateProcessorFactory
    ParseFloatFieldUpdateProcessorFactory ParseIntFieldUpdateProcessorFactory ParseLongFieldUpdateProcessorFactory
    FieldNameMutatingUpdateProcessorFactory FieldLengthUpdateProcessorFactory TimestampUpdateProcessorFactory UUIDUpdateProcessorFactory
    DefaultValueUpdateProcessorFactory ConcatFieldUpdateProcessorFactory CountFieldValuesUpdateProcessorFactory
    FirstFieldValueUpdateProcessorFactory LastFieldValueUpdateProcessorFactory MinFieldValueUpdateProcessorFactory
    MaxFieldValueUpdateProcessorFactory UniqFieldsUpdateProcessorFactory TruncateFieldUpdateProcessorFactory
    HTMLStripFieldUpdateProcessorFactory RegexReplaceProcessorFactory IgnoreFieldUpdateProcessorFactory CloneFieldUpdateProcessorFactory
    TemplateUpdateProcessorFactory NoOpDistributingUpdateProcessorFactory DocBasedVersionConstraintsProcessorFactory
    DocExpirationUpdateProcessorFactory TolerantUpdateProcessorFactory AtomicUpdateProcessorFactory
  `),
  fieldType: words(`
    StrField TextField SortableTextField BoolField IntPointField LongPointField FloatPointField DoublePointField DatePointField DateRangeField
    TrieField TrieIntField TrieLongField TrieFloatField TrieDoubleField TrieDateField BinaryField UUIDField RandomSortField ExternalFileField EnumField
    EnumFieldType CurrencyField CurrencyFieldType PointType LatLonType LatLonPointSpatialField BBoxField SpatialRecursivePrefixTreeFieldType
    SpatialPointVectorFieldType RptWithGeometrySpatialField GeoHashField ICUCollationField CollationField NestPathField RankField DenseVectorField
  `),
  similarity: words(`
    SchemaSimilarityFactory BM25SimilarityFactory ClassicSimilarityFactory BooleanSimilarityFactory DFRSimilarityFactory DFISimilarityFactory
    IBSimilarityFactory LMDirichletSimilarityFactory LMJelinekMercerSimilarityFactory SweetSpotSimilarityFactory DefaultSimilarityFactory
  `),
  /** That a parameter names: of spell checkers, suggesters and signatures. */
  inner: words(`
    DirectSolrSpellChecker IndexBasedSpellChecker FileBasedSpellChecker WordBreakSolrSpellChecker internal score freq
    LevenshteinDistance LuceneLevenshteinDistance JaroWinklerDistance NGramDistance
    AnalyzingInfixLookupFactory BlendedInfixLookupFactory AnalyzingLookupFactory FuzzyLookupFactory FreeTextLookupFactory FSTLookupFactory
    WFSTLookupFactory TSTLookupFactory JaspellLookupFactory
    DocumentDictionaryFactory DocumentExpressionDictionaryFactory HighFrequencyDictionaryFactory FileDictionaryFactory
    Lookup3Signature MD5Signature TextProfileSignature
    TieredMergePolicyFactory LogByteSizeMergePolicyFactory LogDocMergePolicyFactory
  `),
} satisfies Record<string, ReadonlySet<string>>;

/** Parts of an analyzer are a family of some 150, all within Solr and Lucene; these are not for here. */
const analysis = /^[A-Z]\w*(?:Tokenizer|Filter|CharFilter)Factory$/;

/** Why not, and what instead; the first that fits. */
const reasons: readonly [RegExp, string][] = [
  [/Script|Velocity|XSLT|Javascript/i, 'it runs a program inside Solr, with its rights'],
  [/RunExecutable/, 'it starts a program of the machine'],
  [/DataImport/, 'it fetches from elsewhere: the site sends documents'],
  [
    /^(?:Stream|SQL|Graph|Export|Blob|Dump|ShowFile|Config|Schema|Logging|Admin|Core|Collections)\w*Handler$/,
    'it reads or changes more than this index',
  ],
  [/Replication/, "copies of the index are bootdev's: backup.sh of the machine"],
  [
    /^Managed(?:Stop|Synonym)|AddSchemaFields/,
    'it is written over the network: the schema and its lists are files of the bundle',
  ],
  [/RAMDirectory|ByteBuffersDirectory/, 'the index would be gone with a restart'],
  [/Hdfs|S3|GCS/, 'the index is on the volume of this machine'],
  [
    /Extracting/,
    'Tika is not in the machine; with startup="lazy", as Drupal writes it, it may stand there and answers with an error',
  ],
  [/LanguageIdentifier|LangDetect|OpenNLP/i, 'its module is not in the machine'],
];

type Kind = keyof typeof classes;

/** Why the class is not taken. `kind`: what it is to be. */
export function refuseClass(named: string, kind: Kind | 'analysis'): string | undefined {
  const [, simple] = /^(?:(?:solr|org\.apache\.(?:solr|lucene))\.(?:[a-z0-9]+\.)*)?([A-Za-z]\w*)$/.exec(named) ?? [];
  const said = `${named}: `;
  if (!simple) return `${said}only classes of Solr and Lucene are there.`;
  const why = reasons.find(([pattern]) => pattern.test(simple))?.[1];
  if (why) return `${said}${why}.`;
  if (kind === 'analysis' ? analysis.test(simple) : classes[kind].has(simple)) return undefined;
  return `${said}it is not among the classes that bootdev knows to be harmless there.`;
}

/** Of the newer short form, <filter name="lowercase"/>: names of the same family. */
export function refuseShortName(named: string): string | undefined {
  if (/^managed/i.test(named))
    return `${named}: it is written over the network: the schema and its lists are files of the bundle.`;
  return /^[A-Za-z][A-Za-z0-9]*$/.test(named) ? undefined : `${named}: it is no name of Lucene's.`;
}
