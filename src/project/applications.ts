/** The applications: docker/apps/<name>/ has the files of their roles, and in app.yaml what bootdev itself has to know. */
import { z } from 'zod';
import { UserError } from '../errors.ts';
import { yamlLayer } from '../settings/layers.ts';
import { placeOf } from '../settings/load.ts';
import type { Settings } from '../settings/schema.ts';

const line = (expected: string, pattern = /^\S.*$/) => {
  const error = `expected ${expected}`;
  return z.string({ error }).regex(pattern, { error });
};

const paths = z.array(line('a path such as /wp-login.php', /^\/[\w./~-]*\*?$/)).default([]);

const schema = z.strictObject({
  /** As the wizard names it. */
  title: line('its name'),
  /** A few words beside the title. */
  description: line('a few words').optional(),
  /** Folder of docker/ that is its code. Without one the code is the user's. */
  code: line('a folder of docker/', /^[a-z][a-z0-9-]*$/).optional(),
  /** Addresses besides the site's own, as paths by name: `up` prints them, `bootdev open NAME` opens them. */
  urls: z.record(line('a word', /^[a-z]+$/), line('a path such as /status', /^\/\S*$/)).default({}),
  /** By what code is recognised as it (src/project/detection/). */
  detect: z
    .strictObject({
      /** A file below its docroot. */
      file: line('a path such as core/lib/Drupal.php', /^[\w./-]+$/).optional(),
      /** Folders below the docroot in which its code may be instead. */
      folders: z.array(line('a folder such as wp', /^[\w-]+$/)).default([]),
      /** In that file: a pattern whose group is the version. Without one the file alone says it. */
      version: z
        .string({ error: 'expected a pattern with one group' })
        .refine((text) => groupsOf(text) === 1, 'expected a pattern with one group')
        .optional(),
      /** Composer's packages that are its code. */
      packages: z.array(line('a package such as drupal/core', /^[\w.-]+\/[\w.-]+$/)).default([]),
      /** What other tools call it, in .ddev/config.yaml and .lando.yml. */
      types: z.array(line('a word such as drupal10', /^[\w-]+$/)).default([]),
      /** Whether the file can be another application's too: then it is looked for last, and contradicts no setting. */
      unsure: z.boolean({ error: 'expected true or false' }).default(false),
    })
    .prefault({}),
  /** Engines that it does not run on, with the reason: `up` says so at once. */
  databases: z.partialRecord(z.enum(['mysql', 'mariadb']), line('why it does not run there')).default({}),
  /** What of its code the machines serve in another way than it may expect (src/project/detection/notices.ts). */
  notices: z
    .array(
      z.strictObject({
        /** Files that say so, below the docroot; `*` is any folder. */
        files: z.array(line('a file such as sites/*/settings.php', /^(?:\.\.\/)?[\w.-]+(?:\/(?:[\w.-]+|\*(?=\/)))*$/)),
        /** Folders that `*` is not. */
        besides: z.array(line('a folder such as default', /^[\w.-]+$/)).default([]),
        /** What is in them then; without one they are there. */
        pattern: z
          .string()
          .refine((text) => groupsOf(text) !== undefined, 'expected a pattern')
          .default(''),
        /** Settings with which it is not so, by path. */
        unless: z.record(line('a setting such as ports.https', /^[\w.]+$/), z.json()).default({}),
        text: line('what is so'),
        hint: line('what to do'),
      }),
    )
    .default([]),
  /** Seconds between two runs of its cron, unless the settings say; as a line of its own (src/settings/schema.ts). */
  cronInterval: z.int({ error: 'expected seconds, from 60 to 86400' }).min(60).max(86_400).optional(),
  /** What the micro-cache and CloudFront have to know (src/bundle/derived.ts). */
  cache: z
    .strictObject({
      /** Cookies of visitors who get their own pages; * at the end of a name stands for anything. */
      sessionCookies: z.array(line('a name such as PHPSESSID or wordpress_sec_*', /^[\w-]+\*?$/)).default([]),
      /** Whether a cookie that nobody knows may be a session's: for code that is not known. */
      unknownCookies: z.enum(['bypass', 'ignore'], { error: 'expected bypass or ignore' }).default('ignore'),
    })
    .prefault({}),
  /** Its uploads, which are in the shared files here (src/site/files/). */
  files: z
    .strictObject({
      /** Where it has them in its own folder: what an archive of a whole site is searched for. */
      at: line('a path such as wp-content/uploads', /^[\w.-]+(?:\/[\w.-]+)*$/).optional(),
      /** Where they are below the public files here, if not there directly (as its nginx files say). */
      in: line('a folder such as uploads', /^[\w-]+$/).optional(),
      /** Folders of them that it makes again by itself: an export leaves them out. */
      generated: z.array(line('a folder such as styles', /^[\w.-]+(?:\/[\w.-]+)*$/)).default([]),
    })
    .prefault({}),
  /** Its modules or plugins: where they are in its code, what Composer calls them, how somebody gets one. `{name}`: the module's. */
  modules: z
    .strictObject({
      /** Files below the docroot; with / at the end a folder that has something in it. The first that is there counts. */
      at: z.array(line('a path with {name} such as modules/{name}/{name}.info.yml', /^(?=.*\{name\})[\w./{}-]+$/)),
      package: line('a package such as drupal/{name}', /^[\w.-]+\/\{name\}$/).optional(),
      get: line('what to type or to do'),
    })
    .optional(),
  /** What of the product's features this application has a part in, by the feature's name (src/site/features/list.ts). */
  features: z
    .record(
      line('a feature such as object-cache', /^[a-z0-9]+(?:-[a-z0-9]+)*$/),
      z.strictObject({
        /** Any of these modules does it; none: the application itself. */
        modules: z.array(line('a module such as memcache', /^[\w.-]+$/)).default([]),
        /** Whether bootdev sets it up where it is there, or where it needs no setting. */
        wired: z.boolean({ error: 'expected true or false' }).default(true),
        /** Of these modules, which read a key of a service elsewhere, that bootdev gives them: module → secret (`bootdev secret`). */
        keys: z
          .record(line('a module such as gmap', /^[\w.-]+$/), line('a secret such as map-key', /^[a-z]+(?:-[a-z]+)*$/))
          .default({}),
        /** The page that a request asks for it. */
        page: line('a path such as /sitemap.xml', /^\/[\w./?=-]*$/).optional(),
        /** An address on the front page that shows it: a pattern. */
        link: z
          .string()
          .refine((text) => groupsOf(text) === 0, 'expected a pattern without groups')
          .optional(),
        /** Who has seen it with this application, beside requests of the moment (docs/applications.md). */
        seen: z.enum(['test', 'nobody'], { error: 'expected test or nobody' }).optional(),
        /** What is to know. */
        text: line('what is to know').optional(),
        /** Why there is none. */
        absent: line('why there is none').optional(),
      }),
    )
    .default({}),
  /** What of its database is about persons, beside what columns say by their names (src/site/sanitise/); tables without their prefix. */
  sanitise: z
    .strictObject({
      /** Tables that an export for elsewhere has without rows. */
      empty: z.array(line('a table such as sessions or cache_*', /^[\w*]+$/)).default([]),
      /** Rows that it leaves out: by table and column, the values. */
      drop: z
        .record(z.string(), z.record(z.string(), z.array(line('a value such as session_tokens or _billing_*'))))
        .default({}),
      /** Columns that get a made value: by table and column, of which kind. */
      change: z
        .record(z.string(), z.record(z.string(), z.enum(['name', 'mail', 'password', 'text', 'keep'])))
        .default({}),
    })
    .prefault({}),
  /** What `bootdev check` has to know (src/site/check/). */
  check: z
    .strictObject({
      /** What the site itself brings, by kind, as paths below the docroot; `*` is anything. None: all of the code is the site's. */
      parts: z
        .record(
          line('a kind such as plugin', /^[a-z][a-z -]*$/),
          z.array(line('a path such as wp-content/plugins/*', /^(?:\.\.\/)?[\w.*-]+(?:\/[\w.*-]+)*$/)),
        )
        .default({}),
      /** Names that the last `*` is not: they come with the application. */
      besides: z.array(line('a name such as standard', /^[\w.-]+$/)).default([]),
      /** What gives a page its meta-tags. */
      metaTags: line('a few words').optional(),
    })
    .prefault({}),
  /** What the pre-warmer has to know (src/bundle/warm-rules.ts). */
  warm: z
    .strictObject({
      /** Where its sitemaps are, where robots.txt names none: the first that is one is taken. Without a line: /sitemap.xml. */
      sitemaps: z
        .array(line('a path such as /sitemap.xml', /^\/[\w./-]+$/))
        .min(1, 'expected a path such as /sitemap.xml')
        .optional(),
    })
    .prefault({}),
  /** Paths to which logins, XML-RPC calls and visitors' forms are sent; * at the end stands for anything. nginx limits them (settings limits). */
  limits: z.strictObject({ login: paths, xmlrpc: paths, form: paths }).prefault({}),
});

/** undefined: it is no pattern. */
function groupsOf(pattern: string): number | undefined {
  try {
    return (new RegExp(`${pattern}|`).exec('')?.length ?? 0) - 1;
  } catch {
    return undefined;
  }
}

export type Application = z.output<typeof schema>;
type Name = Settings['application'];

/** `docker`: path below docker/ → content. Throws UserError with file, line and column where app.yaml is missing or not valid. */
export function readApplication(name: Name, docker: ReadonlyMap<string, Buffer>): Application {
  const path = `apps/${name}/app.yaml`;
  const text = docker.get(path)?.toString();
  if (text === undefined) throw notValid(`docker/${path} is missing.`);
  const known = applications.get(text) ?? parseApplication(path, text);
  applications.set(text, known);
  return known;
}

/** By the text of their app.yaml: a command asks for one many times. */
const applications = new Map<string, Application>();

function parseApplication(path: string, text: string): Application {
  const read = yamlLayer('project', `docker/${path}`, text);
  if ('problems' in read)
    throw notValid(read.problems.map((each) => `${placeOf(each.origin)}  ${each.text}`).join('\n'));
  const { tree, locate } = read.layer;
  const checked = schema.safeParse(tree);
  if (checked.success) return checked.data;
  const lines = checked.error.issues.map((issue) => {
    const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
    const at = unknown === undefined ? issue.path : [...issue.path, unknown];
    const origin = locate(at, unknown === undefined ? undefined : 'key');
    const words = unknown === undefined ? issue.message : 'app.yaml has no such name';
    return `${origin ? placeOf(origin) : `docker/${path}`}  ${at.join('.')}: ${words}`;
  });
  throw notValid(lines.join('\n'));
}

/** All of them: those that bring code, then by their titles, and last what any code may be. */
export function readApplications(docker: ReadonlyMap<string, Buffer>): ReadonlyMap<Name, Application> {
  const names = [...docker.keys()].flatMap((path) => /^apps\/([^/]+)\/app\.yaml$/.exec(path)?.[1] ?? []);
  const place = ({ code, detect, title }: Application) => `${code ? 0 : detect.unsure ? 2 : 1}${title}`;
  return new Map(
    names
      .map((name) => [name, readApplication(name, docker)] as const)
      .sort(([, one], [, other]) => (place(one) < place(other) ? -1 : 1)),
  );
}

const notValid = (message: string) =>
  new UserError(message, { hint: 'fix this file of the package, or install bootdev again' });
