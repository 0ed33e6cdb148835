/** The folder bootdev/ beside bootdev.yaml: a site's own files for nginx, PHP, the database, cron and Solr (docs/own-configuration.md). Pure. */
import { UserError } from '../../errors.ts';
import type { Settings } from '../../settings/schema.ts';
import { checkCron } from './cron.ts';
import { checkMysql } from './mysql.ts';
import { checkNginx } from './nginx/check.ts';
import { checkPhp } from './php.ts';
import { checkSolr, refuseName } from './solr/check.ts';

/** Why a file, or a line of it, is not taken. */
export interface Problem {
  /** Below bootdev/. */
  path: string;
  /** 0: the file as a whole. */
  line: number;
  /** What is wrong, why, and what to do instead. */
  text: string;
}

export interface OwnConfig {
  /** Path below bootdev/ → text, sorted by path. */
  files: ReadonlyMap<string, string>;
  /** What could not be read as text of a regular file. */
  problems: readonly Problem[];
}

export const noOwnConfig: OwnConfig = { files: new Map(), problems: [] };

/** What a check has to know besides the files. */
export interface Surroundings {
  settings: Settings;
  /** The package's docker/: its own nginx files have names that must stay theirs. */
  docker: ReadonlyMap<string, Buffer>;
}

const name = '[A-Za-z0-9][A-Za-z0-9._-]*';
/** Where files may be, and who checks them. */
const places: readonly { path: RegExp; check: (files: Files, around: Surroundings) => Problem[] }[] = [
  { path: new RegExp(`^nginx/(?:http|server|headers)/${name}\\.conf$`), check: checkNginx },
  { path: new RegExp(`^php/${name}\\.ini$`), check: checkPhp },
  { path: new RegExp(`^mysql/${name}\\.cnf$`), check: checkMysql },
  { path: /^cron$/, check: checkCron },
  {
    path: new RegExp(`^solr/(?:(?:lang/)?${name}\\.(?:xml|txt|properties|dic|aff|rbbi)|managed-schema)$`),
    check: checkSolr,
  },
];
export type Files = ReadonlyMap<string, string>;

/** Everything that is wrong with the files, in their order. */
export function checkOwnConfig({ files, problems }: OwnConfig, around: Surroundings): Problem[] {
  const strange = [...files.keys()].filter((path) => !places.some((place) => place.path.test(path)));
  const found = places.flatMap(({ path, check }) => {
    const chosen = new Map([...files].filter(([each]) => path.test(each)));
    return chosen.size > 0 ? check(chosen, around) : [];
  });
  const all = [...problems, ...strange.map(unknownPlace), ...placeholders(files), ...found];
  return all.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line));
}

/** Throws UserError that names each line. */
export function refuseOwnConfig(own: OwnConfig, around: Surroundings): void {
  const problems = checkOwnConfig(own, around);
  if (problems.length === 0) return;
  const lines = problems.slice(0, 20).map(({ path, line, text }) => `  ${placeOf(path, line)}  ${text}`);
  const rest = problems.length > 20 ? [`  and ${problems.length - 20} more`] : [];
  throw new UserError(`Your own configuration cannot be taken:\n${[...lines, ...rest].join('\n')}`, {
    hint: 'change the lines above; docs/own-configuration.md lists what may be set',
  });
}

/** bootdev/nginx/server/site.conf:3, as an editor opens it. */
export const placeOf = (path: string, line: number) => `bootdev/${path}${line > 0 ? `:${line}` : ''}`;

function unknownPlace(path: string): Problem {
  const text = path.startsWith('solr/')
    ? refuseName(path)
    : 'nothing reads a file of this name here: nginx/{http,server,headers}/*.conf, php/*.ini, mysql/*.cnf, cron and solr/ are read.';
  return { path, line: 0, text };
}

/** A machine fills @NAME@ in everything that it is given. */
function placeholders(files: Files): Problem[] {
  return [...files].flatMap(([path, text]) =>
    text.split('\n').flatMap((line, index) => {
      const [word] = /@[A-Z][A-Z0-9_]*@/.exec(line) ?? [];
      return word
        ? [{ path, line: index + 1, text: `${word} would be replaced on the machine: write it otherwise.` }]
        : [];
    }),
  );
}
