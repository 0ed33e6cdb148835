import { expect, test } from 'vitest';
import { phpExtensions, phpExtensionsLeftOut } from '../../../src/machines/php.ts';
import { missingFromPlatform } from '../../../src/project/composer/platform.ts';

const missing = (json?: unknown, lock?: unknown) => {
  const files: Record<string, unknown> = { 'composer.json': json, 'composer.lock': lock };
  const text = (file: unknown) => (typeof file === 'string' || file === undefined ? file : JSON.stringify(file));
  return missingFromPlatform(async (path) => text(files[path]));
};
const texts = async (json?: unknown, lock?: unknown) => (await missing(json, lock)).map(({ text }) => text);

test('nothing to say of code without Composer, and of code that has all', async () => {
  expect(await missing()).toEqual([]);
  const require = {
    php: '>=8.1',
    'ext-GD': '*',
    'ext-zend-opcache': '*',
    'ext-opcache': '*',
    'ext-pdo_mysql': '*',
    'drupal/core': '^11',
  };
  expect(
    await missing({ require }, { packages: [{ name: 'drupal/core', require: { php: '>=8.3', 'ext-sodium': '*' } }] }),
  ).toEqual([]);
});

test('who asks for what, each extension once', async () => {
  const packages = [
    { name: 'mongodb/mongodb', require: { php: '^8.1', 'ext-mongodb': '^2.1', 'ext-json': '*' } },
    { name: 'acme/own', require: { 'ext-mongodb': '*', 'ext-snmp': '*' } },
  ];
  expect(await missing({ require: { 'ext-mongodb': '*' } }, { packages })).toEqual([
    {
      text: 'composer.json (and 2 more) asks for ext-mongodb, which is not in the machines.',
      hint: 'its data would be in no machine of the site: MySQL or MariaDB is there   (docs/php-extensions.md)',
    },
    {
      text: 'acme/own asks for ext-snmp, which is not in the machines.',
      hint: 'what needs it fails: do without it, or ask for it   (docs/php-extensions.md)',
    },
  ]);
});

test('a PHP that the machines do not have', async () => {
  const packages = [
    { name: 'old/one', require: { php: '^7.2' } },
    { name: 'old/two', require: { php: '>=7.2 <8.4' } },
    { name: 'new/one', require: { php: '>=7.2' } },
  ];
  expect(await missing({ require: { php: '>=8.1' } }, { packages })).toEqual([
    {
      text: 'old/one (and 1 more) cannot run on PHP 8.4, which the machines have: old/one asks for php ^7.2.',
      hint: 'composer why-not php 8.4   names what has to be updated',
    },
  ]);
  expect(await texts({ require: { PHP: '~8.3.0' } })).toHaveLength(1);
});

test('a polyfill is the extension; packages for development are no matter', async () => {
  const lock = {
    packages: [
      { name: 'a/a', require: { 'ext-mongodb': '*', 'ext-ds': '*' } },
      { name: 'php-ds/php-ds', provide: { 'ext-ds': '1.5' } },
      { name: 'b/b', replace: { 'ext-mongodb': '*' } },
    ],
    'packages-dev': [{ name: 'c/c', require: { 'ext-xdebug': '*', php: '^7' } }],
  };
  expect(await missing({ 'require-dev': { 'ext-pcov': '*' } }, lock)).toEqual([]);
});

test.each([
  ['no JSON', '{"require": '],
  ['a list', []],
  ['other types', { require: { php: 8, 'ext-x': ['*'] } }],
  ['null', 'null'],
])('%s says nothing', async (_, file) => {
  expect(await missing(file, file)).toEqual([]);
  expect(await missing({}, { packages: file })).toEqual([]);
  expect(await missing({}, { packages: [file, null, 'x', 3] })).toEqual([]);
});

test('a name that would write on the screen is not said', async () => {
  expect(
    await texts({}, { packages: [{ name: 'a\u001b[2Jb', require: { 'ext-snmp': '*', 'ext-\u001b[2J': '*' } }] }),
  ).toEqual(['a package asks for ext-snmp, which is not in the machines.']);
  expect(await texts({ require: { php: '^7 \u001b[2J' } })).not.toContain(expect.stringContaining('\u001b'));
});

test('nothing is both in and left out', () => {
  expect(Object.keys(phpExtensionsLeftOut).filter((name) => phpExtensions.has(name))).toEqual([]);
});
