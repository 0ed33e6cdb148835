import { expect, test } from 'vitest';
import type { ClusterCheck, PageCheck } from '../../../src/events.ts';
import { type Line, textOf, widthOf } from '../../../src/screen/line.ts';
import { clusterTable } from '../../../src/screen/views/cluster-view.ts';
import { pageTable } from '../../../src/screen/views/site/page-view.ts';

const shown = (lines: Line[]) => lines.map((line) => textOf(line).trimEnd()).join('\n');

const finding = (file: string, line: number, code: string) => ({
  ...{ rule: 'code', title: 'writes into the code', file, line, code },
  problem:
    'The code is read-only on the web machines and the same on all: this fails, and elsewhere only one machine would have the file.',
  remedy: "write below wp_upload_dir()['basedir'], which all machines share",
});
const plugin = 'wp-content/plugins/fast-stats';
const check: ClusterCheck = {
  safe: false,
  application: 'WordPress',
  looked: { parts: 5, files: 214, bytes: 1 },
  parts: [
    {
      ...{ kind: 'plugin', name: 'Fast Stats', path: plugin },
      findings: [
        finding(
          `${plugin}/stats.php`,
          14,
          "file_put_contents(__DIR__ . '/hits.txt', $number_of_visits_of_this_page, LOCK_EX);",
        ),
        ...[1, 2, 3, 4, 5, 6, 7].map((line) => finding(`${plugin}/log.php`, line, 'touch($file);')),
      ],
    },
  ],
  settled: [
    {
      file: 'wp-config.php',
      line: 9,
      code: "define('DISABLE_WP_CRON', false);",
      text: 'the admin machine runs cron, whatever this says',
    },
  ],
  left: [{ path: 'wp-content/plugins/linked', reason: 'it is a link, which is not followed' }],
};

test('findings by plugin: a kind once, its lines, the reason, the remedy', () => {
  expect(shown(clusterTable(check, 80))).toMatchInlineSnapshot(`
    "✗ not safe for two web machines: 8 lines in 1 of 5 parts
      WordPress: 5 parts of the site's own, 214 files

    plugin Fast Stats  wp-content/plugins/fast-stats
      ✗ writes into the code
          stats.php:14  file_put_contents(__DIR__ . '/hits.txt', $number_of_visits_…
          log.php:1  touch($file);
          log.php:2  touch($file);
          log.php:3  touch($file);
          log.php:4  touch($file);
          log.php:5  touch($file);
          2 more lines: --json has all
        The code is read-only on the web machines and the same on all: this fails,
        and elsewhere only one machine would have the file.
        → write below wp_upload_dir()['basedir'], which all machines share

    bootdev takes care of
      wp-config.php:9  define('DISABLE_WP_CRON', false);
        the admin machine runs cron, whatever this says

    not looked at
    · wp-content/plugins/linked: it is a link, which is not followed"
  `);
});

test('nothing found', () => {
  expect(shown(clusterTable({ ...check, safe: true, parts: [], settled: [], left: [] }, 80))).toMatchInlineSnapshot(`
    "✓ nothing found that two web machines would break
      WordPress: 5 parts of the site's own, 214 files"
  `);
});

const page: PageCheck = {
  url: 'https://shop.localhost:8443/news',
  good: false,
  rows: [
    { name: 'title', state: 'good', text: '4 characters: News' },
    {
      name: 'description',
      state: 'missing',
      text: 'none',
      remedy: '<meta name="description">: two lines of a search result',
    },
    { name: 'JSON-LD', state: 'none', text: 'none: search results show stars, prices and dates by it' },
    {
      name: 'og:image',
      state: 'missing',
      text: `600 × 315 PNG, 1 kB · https://shop.localhost:8443/${'a'.repeat(90)}.png`,
      remedy: 'at least 1200 × 630 pixels',
    },
  ],
  advice: 'What gives it: a plugin such as Yoast SEO.',
};

test('a row for each thing, the remedy below it', () => {
  expect(shown(pageTable(page, 80))).toMatchInlineSnapshot(`
    "https://shop.localhost:8443/news
    2 rows to look at

    ✓ title        4 characters: News
    ! description  none
                   → <meta name="description">: two lines of a search result
    · JSON-LD      none: search results show stars, prices and dates by it
    ! og:image     600 × 315 PNG, 1 kB ·
                   https://shop.localhost:8443/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…
                   → at least 1200 × 630 pixels

    What gives it: a plugin such as Yoast SEO."
  `);
});

test.each([80, 120])('nothing is wider than %i columns', (columns) => {
  for (const line of [...clusterTable(check, columns), ...pageTable(page, columns)])
    expect(widthOf(line)).toBeLessThanOrEqual(columns);
});
