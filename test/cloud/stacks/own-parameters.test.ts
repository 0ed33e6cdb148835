/** A site's own my.cnf keys: the same in the replica's file and in the parameter group that promote deploys. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { makeBundle } from '../../../src/bundle/bundle.ts';
import type { OwnConfig } from '../../../src/bundle/own-config/own-config.ts';
import { refuseForRds, withOwnParameters } from '../../../src/cloud/stacks/own-parameters.ts';
import { readFolder } from '../../../src/io/folder.ts';
import { canonical } from '../../../src/parity/sides/canonical.ts';
import { readMyCnf } from '../../../src/parity/sides/files.ts';
import { completeSettings } from '../../../src/settings/schema.ts';

const templates = new Map(['30-data.yaml', '60-web.yaml'].map((name) => [name, readFileSync(`cfn/${name}`, 'utf8')]));
const own = (text: string): OwnConfig => ({ files: new Map([['mysql/site.cnf', text]]), problems: [] });
const groups = (text = '') => {
  const { Resources } = parse(text, { logLevel: 'silent' }) as {
    Resources: Record<string, { Properties: { Parameters: Record<string, string> } }>;
  };
  return {
    mysql: Resources.MysqlParameters?.Properties.Parameters ?? {},
    mariadb: Resources.MariadbParameters?.Properties.Parameters ?? {},
  };
};

const text = `[mysqld]
group-concat-max-len = 64K
wait_timeout = 900 # longer
sql_mode = "STRICT_TRANS_TABLES,NO_ZERO_DATE"
innodb_adaptive_hash_index = ON
event_scheduler = on
group-concat-max-len = 128K
`;

test.each(['mysql', 'mariadb'] as const)(
  '%s: each key has the same value on both sides, and no other changes',
  async (engine) => {
    const settings = completeSettings({ database: { engine } });
    const before = groups(templates.get('30-data.yaml'));
    const changed = withOwnParameters(templates, settings, own(text));
    expect(changed.get('60-web.yaml')).toBe(templates.get('60-web.yaml'));
    const after = groups(changed.get('30-data.yaml'));
    const other = engine === 'mysql' ? 'mariadb' : 'mysql';
    expect(after[other]).toEqual(before[other]);
    const set = {
      group_concat_max_len: '131072',
      wait_timeout: '900',
      sql_mode: 'STRICT_TRANS_TABLES,NO_ZERO_DATE',
      innodb_adaptive_hash_index: '1',
      event_scheduler: 'ON',
    };
    expect(after[engine]).toEqual({ ...before[engine], ...set });
    const tree = makeBundle(settings, await readFolder('docker'), own(text)).machines.get(engine)?.tree;
    const file = readMyCnf(tree?.get('etc/mysql/my.cnf')?.bytes.toString() ?? '');
    for (const [key, value] of Object.entries(set))
      expect([key, canonical(file.get(key) ?? '')]).toEqual([key, canonical(value)]);
  },
);

test('without own files the templates are as they are shipped', () => {
  expect(withOwnParameters(templates, completeSettings(), { files: new Map(), problems: [] })).toEqual(templates);
});

test('a key that RDS lets nobody set is refused, with its line', () => {
  const wrong = own('[mysqld]\nwait_timeout = 9\n\ninnodb_doublewrite = OFF\n');
  expect(() => refuseForRds(wrong)).toThrow(/\n {2}bootdev\/mysql\/site\.cnf:4 {2}innodb_doublewrite: RDS lets/);
  expect(() => refuseForRds(own(text))).not.toThrow();
});
