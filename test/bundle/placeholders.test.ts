import { expect, test } from 'vitest';
import { fillTarget } from '../../src/bundle/placeholders.ts';

test('a target fills its names wherever they stand; another name, and what is no name, stays', () => {
  const text = 'server @DB_HOST@:@DB_PORT@ # @DB_HOST@\nmail user@example.org @SOLR_URL@ @db_host@\n';
  expect(fillTarget(text, { DB_HOST: 'mysql', DB_PORT: '3306' })).toBe(
    'server mysql:3306 # mysql\nmail user@example.org @SOLR_URL@ @db_host@\n',
  );
});
