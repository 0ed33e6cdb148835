/**
 * Everything a user can choose, in one table. Pure: no file, no environment, but for the applications, which are folders of the package. An empty
 * file describes a valid site.
 */
import { z } from 'zod';
import { applicationFolders } from '../io/environment/package.ts';
import { contradictions } from './between.ts';
import { choice, emptyYet, notYet } from './kinds.ts';
import * as sections from './sections.ts';
import { isTree, merge, type Tree } from './tree.ts';
import * as visitors from './visitor-sections.ts';

/** A folder of docker/apps/ each. */
export const applications: readonly string[] = [...applicationFolders.keys()];

/** Those whose code comes with bootdev, as `code` of their app.yaml says: an empty code.path means that. */
const withCode: ReadonlySet<string> = new Set(
  applications.filter((name) => /^code:/m.test(applicationFolders.get(name) ?? '')),
);
/** How often its cron is to run, in seconds, as `cronInterval` of its app.yaml says. */
const cronIntervalOf = (application: string) =>
  Number(/^cronInterval: (\d+)$/m.exec(applicationFolders.get(application) ?? '')?.[1] ?? 300);

// "as never": the compiler cannot see that every setting of every section has a default.
const section = <Shape extends z.core.$ZodShape>(shape: Shape, description: string) =>
  z
    .strictObject(shape, { error: 'expected a section with settings below it' })
    .prefault({} as never)
    .describe(description);

export const settingsSchema = z
  .strictObject(
    {
      site: section(sections.site, 'The site'),
      application: choice(applications)
        .default('sample')
        .describe('The application; it decides the nginx rules, cron and settings.'),
      size: choice(['small', 'medium', 'large'])
        .default('small')
        .describe('Preset for number and memory of machines; each of them can still be set separately.'),
      images: choice(['auto', 'registry', 'packages'])
        .default('auto')
        .describe('Where base images come from: a container registry, Debian packages, or whichever works (auto).'),
      code: section(sections.code, 'The code of the site'),
      web: section(sections.web, 'Web machines: nginx and PHP'),
      php: section(sections.php, 'Limits of PHP'),
      admin: section(sections.admin, 'The admin machine: cron and command line'),
      database: section(sections.database, 'The database machine'),
      memcached: section(sections.memcached, 'Memcached machines'),
      search: section(sections.search, 'Search'),
      files: section(sections.files, 'Uploaded files'),
      balancer: section(sections.balancer, 'The load balancer'),
      cache: section(visitors.cache, 'The micro-cache'),
      limits: section(visitors.limits, 'Limits of what one visitor may send'),
      mail: section(sections.mail, 'Mail'),
      cdn: section(visitors.cdn, 'The CDN'),
      map: section({ apiKey: notYet('').default('').describe('Comes with a later version.') }, 'Maps'),
      social: emptyYet().prefault({}).describe('Comes with a later version.'),
      cron: section(sections.cron, 'Cron'),
      ports: section(sections.ports, 'Ports of this computer'),
      aws: section(sections.aws, 'The AWS account'),
      environments: emptyYet().prefault({}).describe('Comes with a later version.'),
    },
    { error: 'expected settings, one "name: value" per line' },
  )
  .superRefine((settings, context) => {
    for (const { path, beside, message } of contradictions(settings)) {
      context.addIssue({ code: 'custom', path: path.split('.'), message, params: { beside } });
    }
  });

/** As a user may write them: everything optional, units allowed. */
export type SettingsInput = z.input<typeof settingsSchema>;

/** Complete and in plain units: seconds and MB. */
export type Settings = DeepReadonly<z.output<typeof settingsSchema>>;

type DeepReadonly<T> = T extends object ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> } : T;

/** The values of each `size`: a layer just above the defaults. `small` is the defaults themselves. */
export const presets: Record<Settings['size'], SettingsInput> = {
  small: {},
  medium: {
    web: { count: 2, memory: 1024 },
    admin: { memory: 1024 },
    database: { memory: 2048 },
    memcached: { memory: 256 },
  },
  large: {
    web: { count: 3, memory: 2048 },
    admin: { memory: 1024 },
    database: { memory: 4096 },
    memcached: { memory: 512 },
  },
};

export function presetOf(raw: Tree): SettingsInput {
  return Object.hasOwn(presets, String(raw.size)) ? presets[raw.size as Settings['size']] : {};
}

/** Checks raw settings; `issues` have zod's paths. Presets and derived values are filled in. */
export function checkSettings(raw: unknown): { settings: Settings } | { issues: z.core.$ZodIssue[] } {
  const preset = isTree(raw) ? presetOf(raw) : {};
  const result = settingsSchema.safeParse(isTree(raw) ? merge(preset, raw) : raw);
  return result.success ? { settings: derive(result.data) } : { issues: result.error.issues };
}

/** For settings that are known to be valid (tests, the wizard's preview); throws a plain Error otherwise. */
export function completeSettings(raw: SettingsInput = {}): Settings {
  const result = checkSettings(raw);
  if ('issues' in result) throw new Error(z.prettifyError(new z.ZodError(result.issues)));
  return result.settings;
}

/** Values that are derived from others where the user left them empty. */
function derive(settings: Settings): Settings {
  const domain = settings.site.domain || `${settings.site.name}.localhost`;
  return {
    ...settings,
    site: { ...settings.site, domain },
    cache: { ...settings.cache, warm: visitors.warmOf(settings.cache) },
    code: deriveCode(settings),
    cron: { ...settings.cron, interval: settings.cron.interval || cronIntervalOf(settings.application) },
    mail: { ...settings.mail, from: settings.mail.from || `no-reply@${domain}` },
  };
}

/** Code that comes with bootdev is no folder of the user's, so there is nothing to edit. */
function deriveCode({ application, code }: Settings): Settings['code'] {
  const path = code.path || (withCode.has(application) ? '' : '.');
  const usual = code.git === '' ? 'live' : 'release';
  return { ...code, path, mode: path === '' ? 'release' : code.mode || usual };
}
