/** What other tools of the folder say of it: .ddev, .lando.yml, .platform.app.yaml, composer.json. Pure but for the reader. */
import { parse } from 'yaml';
import { isTree } from '../../settings/tree.ts';

/** The text of a file of the folder; undefined where there is none. */
export type Read = (path: string) => Promise<string | undefined>;

/** A word of another tool, and its file. */
export interface Said {
  word: string;
  because: string;
}

export interface Others {
  /** Without slashes at the ends; none that leads out. */
  docroots: string[];
  /** What they call the application. */
  types: Said[];
  /** Composer's packages. */
  packages: Said[];
  /** A version such as 8.1. What Composer's files ask of PHP is in src/project/composer/platform.ts. */
  php: Said[];
  /** Databases and services beside PHP: mariadb:10.6, postgres, redis. */
  services: Said[];
}

export async function readOthers(read: Read): Promise<Others> {
  const others: Others = { docroots: [], types: [], packages: [], php: [], services: [] };
  const of = async (path: string) => parsed(await read(path));
  const add = (name: Exclude<keyof Others, 'docroots'>, because: string, ...words: unknown[]) =>
    others[name].push(...words.filter((word) => typeof word === 'string').map((word) => ({ word, because })));

  const ddev = '.ddev/config.yaml';
  const { docroot, type, php_version, database } = treeOf(await of(ddev));
  others.docroots.push(...docrootOf(docroot));
  add('types', ddev, type);
  add('php', ddev, php_version === undefined ? undefined : String(php_version));
  // Without a word DDEV has MariaDB; who takes that as it comes is not asking for it.
  add('services', ddev, at(database, 'type'));
  if ((await read('.ddev/docker-compose.redis.yaml')) !== undefined)
    add('services', '.ddev/docker-compose.redis.yaml', 'redis');

  const lando = '.lando.yml';
  const { recipe, config, services } = treeOf(await of(lando));
  others.docroots.push(...docrootOf(at(config, 'webroot')));
  add('types', lando, recipe);
  add('php', lando, at(config, 'php') === undefined ? undefined : String(at(config, 'php')));
  add('services', lando, at(config, 'database'), ...typesIn(services));

  const platform = '.platform.app.yaml';
  const app = await of(platform);
  others.docroots.push(...docrootOf(at(app, 'web', 'locations', '/', 'root')));
  add('php', platform, /^php:(.*)/.exec(String(at(app, 'type')))?.[1]);
  add('services', '.platform/services.yaml', ...typesIn(await of('.platform/services.yaml')));

  const composer = await of('composer.json');
  others.docroots.push(...docrootOf(at(composer, 'extra', 'drupal-scaffold', 'locations', 'web-root')));
  const wordpress = docrootOf(at(composer, 'extra', 'wordpress-install-dir'));
  others.docroots.push(...wordpress.map((path) => path.replace(/\/?wp$/, '')));
  add('packages', 'composer.json', ...Object.keys(treeOf(at(composer, 'require'))));
  return others;
}

/** `{ cache: { type: redis:7 } }` → redis:7 */
const typesIn = (services: unknown): unknown[] => Object.values(treeOf(services)).map((service) => at(service, 'type'));

/** Folder as others write it. */
function docrootOf(value: unknown): string[] {
  if (typeof value !== 'string') return [];
  const path = value.replace(/^(?:\.?\/)+|\/+$/g, '');
  return /^[\w.-]+(?:\/[\w.-]+)*$/.test(path) && !path.split('/').includes('..') ? [path] : [];
}

const at = (tree: unknown, ...names: string[]): unknown =>
  names.reduce<unknown>((value, name) => (isTree(value) ? value[name] : undefined), tree);
const treeOf = (value: unknown): Record<string, unknown> => (isTree(value) ? value : {});

/** JSON too. undefined: it is neither. */
function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : (parse(text, { maxAliasCount: 0, logLevel: 'silent' }) as unknown);
  } catch {
    return undefined;
  }
}
