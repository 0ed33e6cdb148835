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
