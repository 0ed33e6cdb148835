import { expect, test } from 'vitest';
import type { FeatureRow, Features } from '../../../../src/events.ts';
import { textOf } from '../../../../src/screen/line.ts';
import { featuresTable } from '../../../../src/screen/views/site/features-view.ts';

const row = (group: FeatureRow['group'], title: string, more: Partial<FeatureRow>) =>
  ({ group, name: title, title, state: 'works', proved: 'request', text: 'seen', ...more }) as FeatureRow;

const features: Features = {
  ...{ project: 'bootdev-shop-3f9c2e', application: 'Drupal', running: true },
  rows: [
    row('pages', 'page cache', { text: '/: X-Cache HIT at request 2' }),
    row('pages', 'CDN', {
      state: 'absent',
      proved: 'nobody',
      text: 'not in the replica yet; on AWS CloudFront is before the site',
    }),
    row('data', 'object cache', {
      state: 'waits',
      proved: 'test',
      text: 'for the module memcache',
      next: 'composer require drupal/memcache',
    }),
    row('services', 'mail', { state: 'fails', text: 'a mail was accepted,\u001b[31m but did not arrive' }),
    row('services', 'cron', {
      state: 'off',
      proved: 'test',
      text: 'cron.enabled is false',
      next: 'cron.enabled: true',
    }),
    row('protection', 'visitor limits', { state: 'set-up', proved: 'test', text: '20 logins' }),
    row('operation', 'HTTPS', { state: 'not-asked', proved: 'not-asked', text: 'no answer', next: 'bootdev up' }),
  ],
};
const lines = (columns?: number, change: Partial<Features> = {}) =>
  featuresTable({ ...features, ...change }, columns).map((line) => textOf(line).trimEnd());

test('80 columns: the words are wrapped beside the other columns', () => {
  expect(lines(80).join('\n')).toMatchInlineSnapshot(`
    "bootdev-shop-3f9c2e · Drupal
    1 works · 1 fails · 1 set up · 1 waits · 1 off · 1 not there · 1 not asked
      feature            state      proved by
    pages
    ✓ page cache         works      request    /: X-Cache HIT at request 2
    · CDN                not there  nobody     not in the replica yet; on AWS
                                               CloudFront is before the site
    data
    ● object cache       waits      test       for the module memcache → composer
                                               require drupal/memcache
    services
    ✗ mail               fails      request    a mail was accepted, but did not
                                               arrive
    · cron               off        test       cron.enabled is false →
                                               cron.enabled: true
    protection
    · visitor limits     set up     test       20 logins
    operation
    ● HTTPS              not asked  not asked  no answer → bootdev up

    request: seen just now, by a request of this command · test: by our tests, not
    now · nobody: by nobody yet"
  `);
  expect(Math.max(...lines(80).map((line) => line.length))).toBeLessThan(80);
});

test('120 columns, and a pipe: a line for each feature', () => {
  expect(Math.max(...lines(120).map((line) => line.length))).toBeLessThan(120);
  const inPipe = lines();
  expect(inPipe.filter((line) => /^[✓✗·●] /.test(line))).toHaveLength(features.rows.length);
  const long = { rows: [row('pages', 'CDN', { text: 'word '.repeat(60).trim() })] };
  expect(lines(undefined, long).filter((line) => line.includes('word'))).toHaveLength(1);
  expect(inPipe).toContain(
    '● object cache       waits      test       for the module memcache → composer require drupal/memcache',
  );
});

test('where nothing was asked, how it would be', () => {
  expect(lines(80, { running: false }).at(-1)).toBe('Nothing was asked, since the replica does not run: bootdev up');
});
