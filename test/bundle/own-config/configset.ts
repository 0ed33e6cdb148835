/** A configset in the form that Drupal's Search API Solr generates: files within files, properties, lists of words. */
export const configset: Record<string, string> = {
  'solr/elevate.xml':
    '<?xml version="1.0" encoding="UTF-8"?>\n<elevate>\n  <!-- <query text="x"><doc id="1"/></query> -->\n</elevate>\n',
  'solr/schema.xml': `<?xml version="1.0" encoding="UTF-8" ?>
<!DOCTYPE schema [
  <!ENTITY extrafields SYSTEM "schema_extra_fields.xml">
  <!ENTITY extratypes SYSTEM "schema_extra_types.xml">
]>
<schema name="drupal-4.3.5-solr-9.x-1" version="1.6">
  <field name="_version_" type="plong" indexed="false" stored="false"/>
  <field name="_root_" type="string" indexed="true" stored="true" docValues="false"/>
  <fieldType name="_nest_path_" class="solr.NestPathField"/>
  <field name="_nest_path_" type="_nest_path_"/>
  <field name="id" type="string" indexed="true" stored="true" required="true" docValues="true"/>
  <field name="index_id" type="string" indexed="true" stored="false" docValues="true"/>
  <field name="site" type="string" indexed="true" stored="false" docValues="true"/>
  <field name="hash" type="string" indexed="true" stored="false" docValues="true"/>
  <field name="boost_document" type="pfloat" indexed="true" stored="false" docValues="true"/>
  <dynamicField name="ss_*" type="string" indexed="true" stored="false" docValues="true"/>
  <dynamicField name="locs_*" type="location" indexed="true" stored="true"/>
  <dynamicField name="*" type="ignored" multiValued="true"/>
  <fieldType name="string" class="solr.StrField"/>
  <fieldType name="plong" class="solr.LongPointField" docValues="true"/>
  <fieldType name="pfloat" class="solr.FloatPointField" docValues="true"/>
  <fieldType name="location" class="solr.LatLonPointSpatialField" docValues="true"/>
  <fieldType name="ignored" stored="false" indexed="false" class="solr.StrField"/>
  <fieldType name="text_en" class="solr.TextField" positionIncrementGap="100" storeOffsetsWithPositions="true">
    <analyzer type="index">
      <charFilter class="solr.MappingCharFilterFactory" mapping="accents_en.txt"/>
      <tokenizer class="solr.StandardTokenizerFactory"/>
      <filter class="solr.WordDelimiterGraphFilterFactory" protected="protwords_en.txt" splitOnCaseChange="0" preserveOriginal="1"/>
      <filter class="solr.FlattenGraphFilterFactory"/>
      <filter class="solr.LowerCaseFilterFactory"/>
      <filter class="solr.StopFilterFactory" ignoreCase="true" words="stopwords_en.txt"/>
      <filter class="solr.SnowballPorterFilterFactory" language="English" protected="protwords_en.txt"/>
    </analyzer>
    <analyzer type="query">
      <charFilter class="solr.MappingCharFilterFactory" mapping="accents_en.txt"/>
      <tokenizer class="solr.StandardTokenizerFactory"/>
      <filter class="solr.LowerCaseFilterFactory"/>
      <filter class="solr.SynonymGraphFilterFactory" synonyms="synonyms_en.txt" expand="true" ignoreCase="true"/>
      <filter class="solr.StopFilterFactory" ignoreCase="true" words="stopwords_en.txt"/>
      <filter class="solr.SnowballPorterFilterFactory" language="English" protected="protwords_en.txt"/>
      <filters/>
    </analyzer>
  </fieldType>
  <!-- more types -->
  &extratypes;
  &extrafields;
  <uniqueKey>id</uniqueKey>
  <similarity class="solr.BM25SimilarityFactory"><float name="k1">1.2</float></similarity>
</schema>
`,
  'solr/schema_extra_fields.xml': `<dynamicField name="tm_X3b_en_*" type="text_en" stored="true" indexed="true" multiValued="true" termVectors="true"/>
<dynamicField name="sort_X3b_en_*" type="collated_en" stored="false" indexed="false" docValues="true"/>
<dynamicField name="spellcheck_en*" type="text_en" stored="false" indexed="true" multiValued="true"/>
`,
  'solr/schema_extra_types.xml': `<!-- English, sorted -->
<fieldType name="collated_en" class="solr.ICUCollationField" locale="en" strength="primary" caseLevel="false"/>
`,
  'solr/solrconfig.xml': `<?xml version="1.0" encoding="UTF-8" ?>
<!DOCTYPE config [
  <!ENTITY extra SYSTEM "solrconfig_extra.xml">
  <!ENTITY query SYSTEM "solrconfig_query.xml">
]>
<config name="drupal-4.3.5-solr-9.x-1">
  <abortOnConfigurationError>\${solr.abortOnConfigurationError:true}</abortOnConfigurationError>
  <luceneMatchVersion>\${solr.luceneMatchVersion:LUCENE_90}</luceneMatchVersion>
  <lib dir="\${solr.install.dir:../../../..}/modules/extraction/lib" regex=".*\\.jar" />
  <lib dir="\${solr.install.dir:../../../..}/modules/analysis-extras/lib/" regex=".*\\.jar" />
  <dataDir>\${solr.data.dir:}</dataDir>
  <directoryFactory name="DirectoryFactory" class="\${solr.directoryFactory:solr.NRTCachingDirectoryFactory}">
    <str name="solr.hdfs.home">\${solr.hdfs.home:}</str>
  </directoryFactory>
  <codecFactory class="solr.SchemaCodecFactory"/>
  <schemaFactory class="ClassicIndexSchemaFactory"/>
  <indexConfig>
    <lockType>\${solr.lock.type:native}</lockType>
  </indexConfig>
  <updateHandler class="solr.DirectUpdateHandler2">
    <updateLog>
      <str name="dir">\${solr.ulog.dir:}</str>
      <int name="numVersionBuckets">\${solr.ulog.numVersionBuckets:65536}</int>
    </updateLog>
    <autoCommit>
      <maxDocs>\${solr.autoCommit.MaxDocs:-1}</maxDocs>
      <maxTime>\${solr.autoCommit.MaxTime:15000}</maxTime>
      <openSearcher>false</openSearcher>
    </autoCommit>
    <autoSoftCommit><maxTime>\${solr.autoSoftCommit.MaxTime:5000}</maxTime></autoSoftCommit>
  </updateHandler>
  <query>
    &query;
    <listener event="firstSearcher" class="solr.QuerySenderListener">
      <arr name="queries"><lst><str name="q">*:*</str></lst></arr>
    </listener>
    <useColdSearcher>false</useColdSearcher>
  </query>
  <requestDispatcher>
    <httpCaching never304="true"/>
  </requestDispatcher>
  <!-- more -->
  &extra;
  <searchComponent class="solr.HighlightComponent" name="highlight">
    <highlighting>
      <fragmenter name="regex" class="solr.highlight.RegexFragmenter">
        <lst name="defaults"><str name="hl.regex.pattern">[-\\w ,/\\n\\&quot;&apos;]{20,200}</str></lst>
      </fragmenter>
      <formatter name="html" default="true" class="solr.highlight.HtmlFormatter">
        <lst name="defaults"><str name="hl.simple.pre"><![CDATA[<em>]]></str></lst>
      </formatter>
      <boundaryScanner name="default" default="true" class="solr.highlight.SimpleBoundaryScanner">
        <lst name="defaults"><str name="hl.bs.chars">.,!? &#9;&#10;&#13;</str></lst>
      </boundaryScanner>
    </highlighting>
  </searchComponent>
  <queryResponseWriter name="json" class="solr.JSONResponseWriter"></queryResponseWriter>
</config>
`,
  'solr/solrconfig_extra.xml': `<searchComponent name="spellcheck" class="solr.SpellCheckComponent">
  <lst name="spellchecker">
    <str name="name">en</str>
    <str name="field">spellcheck_en</str>
    <str name="classname">solr.DirectSolrSpellChecker</str>
    <str name="distanceMeasure">internal</str>
    <str name="accuracy">0.5</str>
  </lst>
</searchComponent>
<requestHandler name="/update/extract" class="solr.extraction.ExtractingRequestHandler" startup="lazy">
  <lst name="defaults"><str name="lowernames">true</str><str name="fmap.a">links</str></lst>
</requestHandler>
<requestHandler name="/select" class="solr.SearchHandler">
  <lst name="defaults">
    <str name="defType">lucene</str>
    <str name="df">id</str>
    <str name="echoParams">explicit</str>
    <str name="omitHeader">true</str>
    <str name="timeAllowed">\${solr.selectSearchHandler.timeAllowed:-1}</str>
    <str name="spellcheck">false</str>
  </lst>
  <arr name="last-components">
    <str>spellcheck</str>
    <str>elevator</str>
  </arr>
</requestHandler>
<searchComponent name="elevator" class="solr.QueryElevationComponent">
  <str name="queryFieldType">string</str>
  <str name="config-file">elevate.xml</str>
</searchComponent>
`,
  'solr/solrconfig_query.xml':
    '<filterCache class="solr.CaffeineCache" size="512" initialSize="512" autowarmCount="0"/>\n',
  'solr/solrcore.properties':
    "# from the server's settings\nsolr.install.dir=/opt/solr\nsolr.autoSoftCommit.MaxTime=2000\nsolr.luceneMatchVersion=9.10.0\n",
  'solr/accents_en.txt': '"\\u00E9" => "e"\n',
  'solr/protwords_en.txt': '\n',
  'solr/stopwords_en.txt': 'and\nthe\n',
  'solr/synonyms_en.txt': 'house,dwelling\n',
};
