import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { readFolder } from '../../src/io/folder.ts';
import { readApplication, readApplications } from '../../src/project/applications.ts';
import { readRelease } from '../../src/project/release.ts';
import { readyUrls } from '../../src/replica/site/urls.ts';
import { applications, completeSettings } from '../../src/settings/schema.ts';
import { pathsOf } from './entries.ts';

const docker = await readFolder('docker');
const from = (yaml: string) => readApplication('php', new Map([['apps/php/app.yaml', Buffer.from(yaml)]]));

it('is a setting for each folder of docker/apps, and a folder for each', () => {
  expect([...applications].sort()).toEqual(readdirSync('docker/apps').sort());
  expect([...readApplications(docker).keys()].sort()).toEqual([...applications]);
});

test.each(applications)(
  '%s: an empty code.path means its own code, if it brings any; else the user has to',
  async (application) => {
    const { code } = readApplication(application, docker);
    const settings = completeSettings({ application });
    expect(settings.code.path).toBe(code ? '' : '.');
    if (!code) return;
    expect(existsSync(`docker/${code}`)).toBe(true);
    const paths = pathsOf(await readRelease('.', settings, docker));
    expect(paths.map((path) => `${code}/${path}`)).toEqual(
      [...docker.keys()].filter((path) => path.startsWith(`${code}/`)).sort(),
    );
  },
);

test.each([
  ['sample', ['site', 'http', 'mail', 's3', 'status']],
  ['wordpress', ['site', 'http', 'mail', 's3']],
] as const)('%s has the addresses %j', (application, names) => {
  const context = { settings: completeSettings({ application }), sources: { docker, compose: new Map(), hash: '' } };
  const urls = readyUrls(context, { https: 8443, http: 8080, s3: 4566, mail: 8025 });
  expect(urls.map(({ name }) => name)).toEqual(names);
  const [site, ...others] = urls;
  expect(others.filter(({ name }) => name === 'status').map(({ url }) => url)).toEqual(
    application === 'sample' ? [`${site?.url}/status.json`] : [],
  );
});

describe('app.yaml', () => {
  it('needs a title alone', () => {
    expect(from('title: Mine\n')).toEqual({
      title: 'Mine',
      urls: {},
      notices: [],
      databases: {},
      detect: { folders: [], packages: [], types: [], unsure: false },
      cache: { sessionCookies: [], unknownCookies: 'ignore' },
      files: { generated: [] },
      features: {},
      sanitise: { empty: [], drop: {}, change: {} },
      check: { parts: {}, besides: [] },
      limits: { login: [], xmlrpc: [], form: [] },
      warm: {},
    });
  });

  test.each([
    ['description: x\n', /^docker\/apps\/php\/app\.yaml {2}title: expected its name$/],
    ['title: [a]\n', /^docker\/apps\/php\/app\.yaml:1:8 {2}title: expected its name$/],
    ['title: Mine\ntitel: x\n', /^docker\/apps\/php\/app\.yaml:2:1 {2}titel: app\.yaml has no such name$/],
    ['title: Mine\ncode: ../etc\n', /^docker\/apps\/php\/app\.yaml:2:7 {2}code: expected a folder of docker\/$/],
    [
      'title: Mine\nurls:\n  status: status\n',
      /^docker\/apps\/php\/app\.yaml:3:11 {2}urls\.status: expected a path such as \/status$/,
    ],
    ['title: Mine\nurls:\n  "a b": /x\n', /^docker\/apps\/php\/app\.yaml:3:10 {2}urls\.a b: /],
    ['title: Mine\ndetect:\n  version: "x("\n', /yaml:3:12 {2}detect\.version: expected a pattern with one group$/],
    ['title: Mine\ndetect:\n  version: x\n', /detect\.version: expected a pattern with one group$/],
    ['title: Mine\ndetect:\n  file: ../x y\n', /detect\.file: expected a path such as core/],
    ['title: Mine\nwarm: { sitemaps: [sitemap.xml] }\n', /warm\.sitemaps\.0: expected a path such as \/sitemap\.xml$/],
    ['title: Mine\ncronInterval: 5\n', /yaml:2:15 {2}cronInterval: /],
    ['title: "Mine\n', /^docker\/apps\/php\/app\.yaml:\d+:\d+ {2}Missing closing "quote/],
    ['title: Mine\nfeatures:\n  Cache: {}\n', /yaml:3:10 {2}features\.Cache: /],
    ['title: Mine\nfeatures:\n  map: { modules: [a b] }\n', /features\.map\.modules\.0: expected a module such as/],
    ['title: Mine\nfeatures:\n  map: { link: "(x)" }\n', /features\.map\.link: expected a pattern without groups$/],
    ['title: Mine\nmodules:\n  at: [modules]\n  get: x\n', /modules\.at\.0: expected a path with \{name\}/],
    ['- Mine\n', /^docker\/apps\/php\/app\.yaml:1:1 {2}expected settings, one "name: value" per line$/],
  ])('%j is refused with its place', (yaml, message) => {
    expect(() => from(yaml)).toThrow(message);
  });

  it('is missed where there is none', () => {
    expect(() => readApplication('php', new Map())).toThrow('docker/apps/php/app.yaml is missing.');
  });
});

// The picture of an imported site was 404: files came to the folder above the one that nginx serves.
test.each([...readApplications(docker)].filter(([, { files }]) => files.at))(
  '%s: files are imported to where nginx serves them from',
  (name, { files }) => {
    const conf = docker.get(`apps/${name}/nginx/locations.conf`)?.toString() ?? '';
    const [, alias] = new RegExp(`/${files.at}/ \\{\\n +alias (\\S+);`).exec(conf) ?? [];
    expect(alias).toBe(['/srv/files/public', ...(files.in ? [files.in] : []), ''].join('/'));
  },
);
