/** One feature of one site, from what the settings, its application, its code and the answers say. Pure. */
import type { FeatureRow } from '../../events.ts';
import type { Application } from '../../project/applications.ts';
import type { FoundModule } from '../../project/detection/modules.ts';
import type { Feature, Site } from './list.ts';

/** What a request showed. */
export type Answer = Pick<FeatureRow, 'state' | 'text' | 'next'>;

export interface Known extends Site {
  application: Application;
  /** Modules of all features that the code has. */
  modules: readonly FoundModule[];
  /** Those that the site has enabled, by its database; undefined: nobody can tell. */
  enabled?: ReadonlySet<string> | undefined;
  /** Secrets that the site can read, by name; undefined: nobody can tell. */
  secrets?: ReadonlySet<string> | undefined;
  /** By feature; undefined: the replica does not run. */
  answers?: ReadonlyMap<string, Answer> | undefined;
}

type Outcome = Answer & { proved?: FeatureRow['proved'] };

export function rowOf(feature: Feature, known: Known): FeatureRow {
  const { group, name, title } = feature;
  const seen = known.application.features[name]?.seen ?? feature.seen;
  return { group, name, title, proved: seen, ...outcome(feature, known) };
}

function outcome(feature: Feature, known: Known): Outcome {
  const { application, answers } = known;
  const part = application.features[feature.name];
  const absent = feature.absent ?? part?.absent;
  if (absent) return { state: 'absent', text: absent, proved: 'nobody' };
  if (feature.ofApplication && !part)
    return { state: 'absent', text: `nothing that bootdev knows of in ${application.title}`, proved: 'nobody' };
  const off = feature.off?.(known);
  if (off) return { state: 'off', ...off };
  const byModule = part && part.modules.length > 0 ? moduleOutcome(feature, part, known) : undefined;
  const answer = answers?.get(feature.name);
  if (byModule && byModule.state !== 'set-up') return byModule;
  if (feature.asked && !answer) return notAsked(known, byModule?.text);
  const text = [byModule?.text, answer?.text ?? feature.text?.(known), part?.text].filter(Boolean).join('; ');
  if (!answer) return { state: 'set-up', text };
  const { state, next } = answer;
  return { state, text, ...(next ? { next } : {}), ...(isShown(answer) ? { proved: 'request' } : {}) };
}

/** A request decides only where it saw the feature at work, or saw that it does not. */
const isShown = ({ state }: Answer) => state === 'works' || state === 'fails';

function notAsked({ answers }: Known, text = ''): Outcome {
  const why = answers ? 'the machine that asks (web-1) gave no answer' : 'the replica does not run';
  const words = [text, why].filter(Boolean).join('; ');
  return { state: 'not-asked', proved: 'not-asked', text: words, next: 'bootdev up' };
}

/** What the code and the site's database say of the modules that can do it. set-up: a request may show more. */
function moduleOutcome(
  { name: feature, ofModule }: Feature,
  { modules: names, wired, keys }: Application['features'][string],
  known: Known,
): Outcome {
  const { application, modules, enabled, secrets, answers } = known;
  /** Something else may do it, as a request saw. */
  const works = !ofModule && answers?.get(feature)?.state === 'works';
  const found = modules.filter(({ name }) => names.includes(name));
  const there = found.filter(({ at }) => at !== undefined);
  const [first = ''] = names;
  if (there.length === 0) {
    const missing = names.length > 1 ? `one of ${names.join(', ')}` : `the module ${first}`;
    if (works) return { state: 'set-up', text: `without ${missing}` };
    const [locked] = found;
    if (locked)
      return {
        state: 'waits',
        text: `for the files of ${locked.name}: composer.lock has it`,
        next: 'composer install',
      };
    const get = application.modules?.get.replaceAll('{name}', first);
    return { state: 'waits', text: `for ${missing}`, ...(get ? { next: get } : {}) };
  }
  const on = there.filter(({ name }) => enabled?.has(name));
  const module = on[0]?.name ?? there[0]?.name;
  if (enabled && on.length === 0) {
    const text = `${module} is in the code, not enabled`;
    return works ? { state: 'set-up', text } : { state: 'off', text, next: 'enable it in the site' };
  }
  const text = `${module} is in the code, ${on.length > 0 ? 'enabled' : 'enabled or not is not known'}`;
  const key = module === undefined ? undefined : keys[module];
  if (key && !secrets) return notAsked(known, text);
  if (key && !secrets?.has(key))
    return { state: 'waits', text: `for a key: ${text}`, next: `bootdev secret set ${key}` };
  if (wired || answers?.get(feature)?.state === 'works') return { state: 'set-up', text };
  return { state: 'waits', text: `for settings of the site's own: ${text}, and bootdev sets nothing for it yet` };
}
