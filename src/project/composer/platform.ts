/**
 * What the code asks of PHP itself, by composer.json and composer.lock, and the machines do not have. Without packages for development: no
 * release needs them. Pure but for the reader.
 */
import { phpExtensions, phpExtensionsLeftOut, phpSeries } from '../../machines/php.ts';
import { isUnsafe } from '../../settings/safe-text.ts';
import { isTree } from '../../settings/tree.ts';
import type { Read } from '../detection/others.ts';
import { canMeet } from './constraint.ts';

export interface Missing {
  text: string;
  hint: string;
}

interface Package {
  name: string;
  require: Record<string, string>;
  /** Names that it stands for: a polyfill says so of an extension. */
  provide: Record<string, string>;
}

/** Bytes. Those of large sites have 1 MB; one that is cut off is no JSON and says nothing. */
export const LARGEST_LOCK = 16 * 1024 * 1024;

export async function missingFromPlatform(read: Read): Promise<Missing[]> {
  const lock = parsed(await read('composer.lock'));
  const own = packageOf(parsed(await read('composer.json')), 'composer.json');
  const packages = isTree(lock) && Array.isArray(lock.packages) ? lock.packages.map((each) => packageOf(each)) : [];
  const all = [own, ...packages];
  const provided = new Set(all.flatMap(({ provide }) => Object.keys(provide)));
  return [...missingPhp(all), ...missingExtensions(all, provided)];
}

function missingPhp(all: readonly Package[]): Missing[] {
  const asking = all.filter(({ require: { php = '*' } }) => !canMeet(php, phpSeries));
  const [first] = asking;
  if (!first) return [];
  return [
    {
      text: `${namesOf(asking)} cannot run on PHP ${phpSeries}, which the machines have: ${first.name} asks for php ${first.require.php}.`,
      hint: `composer why-not php ${phpSeries}   names what has to be updated`,
    },
  ];
}

function missingExtensions(all: readonly Package[], provided: ReadonlySet<string>): Missing[] {
  const asked = new Set(all.flatMap((each) => Object.keys(each.require)).filter((name) => /^ext-[\w-]+$/.test(name)));
  return [...asked].sort().flatMap((name) => {
    const extension = name.slice('ext-'.length).replace(/^opcache$/, 'zend-opcache');
    if (provided.has(name) || phpExtensions.has(extension)) return [];
    const asking = all.filter((each) => name in each.require);
    const why = phpExtensionsLeftOut[extension];
    return [
      {
        text: `${namesOf(asking)} asks for ${name}, which is not in the machines.`,
        hint: `${why ?? 'what needs it fails: do without it, or ask for it'}   (docs/php-extensions.md)`,
      },
    ];
  });
}

const namesOf = ([first, ...others]: readonly Package[]) =>
  `${first?.name}${others.length > 0 ? ` (and ${others.length} more)` : ''}`;

function packageOf(tree: unknown, name?: string): Package {
  const { name: said, require, provide, replace } = isTree(tree) ? tree : ({} as Record<string, unknown>);
  return {
    name: name ?? (typeof said === 'string' && /^[\w.-]+\/[\w.-]+$/.test(said) ? said : 'a package'),
    require: namesIn(require),
    provide: { ...namesIn(provide), ...namesIn(replace) },
  };
}

/** Platform packages have lower-case names; Composer takes any case. */
const namesIn = (tree: unknown): Record<string, string> =>
  Object.fromEntries(
    isTree(tree)
      ? Object.entries(tree).flatMap(([name, constraint]) =>
          typeof constraint === 'string' && !isUnsafe(constraint) ? [[name.toLowerCase(), constraint]] : [],
        )
      : [],
  );

/** undefined: there is none, or it is no JSON, which Composer says better. */
function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}
