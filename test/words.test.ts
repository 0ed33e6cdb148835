/**
 * The words of the product are the field's, in plain modern English (docs/glossary.md explains our own). What was renamed once must not come
 * back: each word of this table has another one, in code, comments, screens, docs and names of files.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

interface Rule {
  /** What is found, in a text or a path. */
  word: RegExp;
  instead: string;
  /** Files that it is for; all, where absent. */
  in?: RegExp;
  /** A line that the rule must find: a rule that finds nothing keeps nothing. */
  sample: string;
}

/** `function must(`, `must() {`, `const must =`, `interface Seen`: what our own names may not be. */
const declared = (names: string): RegExp =>
  new RegExp(
    `(?:\\b(?:function\\*?|const|let|var|class|interface|type|enum|record)\\s+(?:${names})(?![\\w-])(?!\\s+in\\b))|(?:^\\s*(?:${names})\\s*\\(\\)\\s*\\{)`,
  );

const names: readonly Rule[] = [
  { word: /cargo/i, instead: 'assets', sample: 'export interface Cargo {' },
  { word: declared('bring'), instead: 'upload', sample: 'export async function* bring(' },
  { word: /\blookAt/, instead: 'describe', sample: 'await lookAt(cloud)' },
  { word: declared('Seen'), instead: 'StackSnapshot', sample: 'interface Seen {' },
  { word: /inForce/, instead: 'deployedTemplate', sample: 'inForce: string;' },
  { word: declared('wire|wireAll|wired'), instead: 'resolveParameters', sample: 'function wireAll(cloud) {' },
  { word: declared('promised'), instead: 'pending', sample: 'const promised = new Set()' },
  { word: declared('follow'), instead: 'waitForStack', sample: 'export async function* follow(' },
  { word: /carry-out|carryOut/, instead: 'deploy', sample: "from './carry-out.ts'" },
  { word: /tidy-?up/i, instead: 'cleanUp', sample: 'tidyUp(cloud)' },
  { word: declared('proof'), instead: 'verifyParity', sample: 'async function proof(' },
  { word: declared('agree|agreed'), instead: 'confirm, confirmed', sample: 'const agreed = await ask()' },
  { word: /\bold-files|edge\.forget/, instead: 'invalidateCdn', sample: 'await edge.forget(id)' },
  { word: declared('Ground|Asked|Facts|facts'), instead: 'AccountFacts, PlanOptions', sample: 'interface Asked {' },
  { word: /\blisted\.ts/, instead: 'accepted-differences.ts', sample: "from './listed.ts'" },
  { word: declared('wanted'), instead: 'desired', sample: 'const wanted = machines' },
  { word: /wishedPorts|wished-ports/, instead: 'defaultPorts', sample: 'wishedPorts(settings)' },
  { word: /standIn(?![a-z])/, instead: 'fallback', sample: 'standIn: true' },
  { word: declared('Hands|hands'), instead: 'deps', sample: 'interface Hands {' },
  { word: declared('fill|Filling|filling'), instead: 'loader', sample: 'interface Filling {' },
  { word: /fillTar(?!get)/, instead: 'loaderTar', sample: 'fillTar(files)' },
  { word: /\bchoices\//, instead: 'variants/', sample: 'docker/roles/nginx/choices/drupal.conf' },
  { word: /\baway\.html/, instead: '503.html', sample: 'error_page 503 /away.html;' },
  { word: /(?<![\w-])now\.sh/, instead: 'stats.sh', sample: '/usr/lib/bootdev/now.sh' },
  { word: /(?<![\w-])network\.txt/, instead: 'allowlist.txt', sample: 'solr/network.txt' },
  { word: /\bGate\.java|\bclass Gate\b/, instead: 'RequestFilter.java', sample: 'javac Gate.java' },
  { word: /\brehearse\.sh/, instead: 'train-class-archive.sh', sample: 'sh rehearse.sh' },
  {
    word: declared('Look|signs|between|cut'),
    instead: 'TerminalCapabilities, icons, justify, truncate',
    sample: 'export function cut(text: string',
  },
  {
    word: declared('must|see|facts'),
    instead: 'ensure, redirect, table',
    in: /\.php$/,
    sample: 'function must(bool $ok): void',
  },
  {
    word: /\bexport (?:async )?function\*? (?:bundle|release|cost|lock|parameters)\(/,
    instead: 'a verb: makeBundle, readRelease, estimateCost, takeLock, resolveParameters',
    sample: 'export function cost(region: string)',
  },
];

const prose: readonly Rule[] = [
  { word: /\bmend|Mend/, instead: 'fix', sample: 'what has to be mended' },
  { word: /\banew\b/i, instead: 'again; recreate', sample: 'made anew' },
  { word: /\b(?:in|into|in-)\s?force\b/i, instead: 'active, activate', sample: 'the template in force' },
  {
    word: /\b(?:do|does|did)(?: not|n't) hold\b(?! (?:a|an|the|any|its|all|what|data)\b)/i,
    instead: 'is not valid',
    sample: 'These settings do not hold:',
  },
  { word: /doom/i, instead: 'deletion plan', sample: 'doomLines(event)' },
  {
    word: /\b(?:tak(?:e|es|en|ing)|took)\s(?:(?:it|them|that|this|all|one)\s)?back\b/i,
    instead: 'cancel, roll back',
    sample: 'taking it back',
  },
  { word: /\bcarr(?:y|ies|ied|ying) out\b/i, instead: 'deploy, run, do', sample: 'what was planned is carried out' },
  { word: /\bstand-in/i, instead: 'fallback', sample: 'a stand-in for it' },
  { word: /\bshall\b/i, instead: 'should, will, must', sample: 'where shall the site be?' },
  {
    word: /\b(?:whence|thereof|hitherto|whither|wherefore|betwixt|forthwith|lest|herein)\b/i,
    instead: 'plain words',
    sample: 'whence(row)',
  },
  { word: /\bcom(?:e|es|ing) to rest\b/i, instead: 'finished, stopped', sample: 'it has come to rest' },
];

/** Whole files that the table is not for. */
const others: readonly { path: RegExp; because: string }[] = [
  { path: /^test\/words\.test\.ts$/, because: 'the table itself' },
  { path: /^docs\/glossary\.md$/, because: 'it says what the old words became' },
  { path: /^CHANGELOG\.md$/, because: 'history' },
  { path: /^(?:package-lock\.json|LICENSE)$/, because: 'the words of others' },
];

/** Lines that may have such a word after all. */
const exceptions: readonly { path: RegExp; line: RegExp; because: string }[] = [
  { path: /^src\/io\/command\.ts$/, line: /const follow: Follow/, because: 'lines as they come, like tail --follow' },
  { path: /^test\/fakes\/s3\.ts$/, line: /pre-conditions you specified did not hold/, because: "S3's own words" },
];

interface Found {
  path: string;
  number: number;
  line: string;
}

const isFor = (rule: Rule, { path }: Found) => rule.in?.test(path) ?? true;
const show = ({ path, number, line }: Found) => `${path}${number ? `:${number}` : ''}  ${line.trim()}`;
const isExcepted = ({ path, line }: Found) =>
  exceptions.some((exception) => exception.path.test(path) && exception.line.test(line));

/** Each line of each file that is ours, and each path as its line 0. */
const lines: readonly Found[] = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'])
  .toString()
  .split('\0')
  .filter((path) => path && !others.some((other) => other.path.test(path)))
  .flatMap((path) => [{ path, number: 0, line: path }, ...linesOf(path)]);

function linesOf(path: string): Found[] {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch {
    return []; // deleted, and git does not know yet; or a link into nothing
  }
  if (bytes.includes(0)) return [];
  return bytes
    .toString('utf8')
    .split('\n')
    .map((line, index) => ({ path, number: index + 1, line }));
}

test.each([...names, ...prose])('not as in "$sample", but: $instead', (rule) => {
  const found = lines.filter((one) => isFor(rule, one) && rule.word.test(one.line) && !isExcepted(one));
  expect(found.map(show)).toEqual([]);
});

describe('the table itself', () => {
  test.each([...names, ...prose])('$word finds: $sample', ({ word, sample }) => {
    expect(sample).toMatch(word);
  });

  test('there are files, and every exception is needed', () => {
    expect(lines.length).toBeGreaterThan(10_000);
    const needed = exceptions.filter(({ path, line }) =>
      lines.some(
        (one) =>
          path.test(one.path) && line.test(one.line) && [...names, ...prose].some(({ word }) => word.test(one.line)),
      ),
    );
    expect(exceptions.filter((exception) => !needed.includes(exception))).toEqual([]);
  });

  test.each([
    "run('cut', ['-d', ' '])",
    'cut -d: -f1 /etc/passwd',
    'docker compose logs --follow',
    'a list of what was seen',
    'it recommends amendments',
    'it does not hold any data',
    'array.fill(0)',
  ])('no harm in: %s', (line) => {
    expect([...names, ...prose].filter(({ word }) => word.test(line))).toEqual([]);
  });
});
