/** cfn/parameter-groups.md is for people; here it is compared with the files. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readTemplate } from './template.ts';

describe('parameter-groups.md', () => {
  const text = readFileSync('cfn/parameter-groups.md', 'utf8');
  const section = (title: string) => text.slice(text.indexOf(`## ${title}`)).split(/\n## /)[0] ?? '';
  const listed = (title: string, engine: string) =>
    [...section(title).matchAll(/^\| ([a-z, ]+) \| ([a-z_-]+) \|/gm)]
      .filter(([, engines = '', key]) => key !== 'key' && engines.split(', ').includes(engine))
      .map(([, , key = '']) => key.replaceAll('-', '_'))
      .sort();
  const keyOf = (line: string) => line.replace(/^--|^loose-/, '').replaceAll('-', '_');
  const file = (path: string) =>
    [...readFileSync(path, 'utf8').matchAll(/^((?:--)?[a-z][a-z-]+)(?=$| *=)/gm)].map(([, key = '']) => keyOf(key));
  const { Resources } = readTemplate('cfn/30-data.yaml');
  const group = (id: string, property: string) => Object.keys(Resources[id]?.Properties?.[property] as object);

  test.each([
    {
      engine: 'mysql',
      path: 'docker/roles/mysql/root/etc/mysql/my.cnf',
      id: 'MysqlParameters',
      property: 'Parameters',
    },
    {
      engine: 'mariadb',
      path: 'docker/roles/mariadb/root/etc/mysql/my.cnf',
      id: 'MariadbParameters',
      property: 'Parameters',
    },
    {
      engine: 'memcached',
      path: 'docker/roles/memcached/root/etc/memcached.conf',
      id: 'CacheParameters',
      property: 'Properties',
    },
  ])('$engine', ({ engine, path, id, property }) => {
    const here = file(path);
    const there = group(id, property);
    expect(here.length).toBeGreaterThan(5);
    expect(here.filter((key) => !there.includes(key)).sort()).toEqual(listed('In the file only', engine));
    expect(there.filter((key) => !here.includes(key)).sort()).toEqual(listed('In the parameter group only', engine));
    expect(listed('On both sides', engine).filter((key) => !here.includes(key) || !there.includes(key))).toEqual([]);
  });
});
