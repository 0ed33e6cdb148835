import { expect, test } from 'vitest';
import { readFolder } from '../../../src/io/folder.ts';
import { readApplication } from '../../../src/project/applications.ts';
import { modulesIn } from '../../../src/project/detection/modules.ts';

const docker = await readFolder('docker');

/** A folder of code with these files. */
const folder = (files: Record<string, string>) => ({
  read: async (path: string) => files[path],
  list: async (path: string) =>
    Object.keys(files).flatMap((file) => (file.startsWith(path) ? [file.slice(path.length).split('/')[0] ?? ''] : [])),
});

test.each([
  ['drupal', 'web', 'memcache', 'web/modules/contrib/memcache/memcache.info.yml'],
  ['drupal', '', 'memcache', 'modules/memcache/memcache.info.yml'],
  ['drupal7', '', 'memcache', 'sites/all/modules/contrib/memcache/memcache.info'],
  ['backdrop', '', 'metatag', 'modules/metatag/metatag.info'],
  ['wordpress', '', 'akismet', 'wp-content/plugins/akismet/akismet.php'],
  ['wordpress', 'web', 'wordpress-seo', 'web/app/plugins/wordpress-seo/wp-seo.php'],
])('%s in "%s" has %s by %s', async (name, docroot, module, file) => {
  const application = readApplication(name, docker);
  const found = await modulesIn(application, ['other', module], { folder: folder({ [file]: '' }), docroot });
  expect(found.map((each) => [each.name, file.startsWith(each.at ?? '-')])).toEqual([[module, true]]);
  expect(await modulesIn(application, [module], { folder: folder({}), docroot })).toEqual([]);
});

test('composer.lock alone has a module whose files are not there', async () => {
  const application = readApplication('drupal', docker);
  const lock = JSON.stringify({ packages: [{ name: 'drupal/memcache' }, { name: 'drupal/core' }] });
  const found = (text: string) =>
    modulesIn(application, ['memcache', 's3fs'], { folder: folder({ 'composer.lock': text }), docroot: 'web' });
  expect(await found(lock)).toEqual([{ name: 'memcache' }]);
  expect(await found('{')).toEqual([]);
  expect(await found('{"packages": {"name": 1}}')).toEqual([]);
});

test('an application that names no place has none', async () => {
  const application = readApplication('php', docker);
  expect(await modulesIn(application, ['memcache'], { folder: folder({}), docroot: '' })).toEqual([]);
});
