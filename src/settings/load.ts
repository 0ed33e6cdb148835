/** Reads the settings of a project from all their layers, with the origin of each value. */
import { join } from 'node:path';
import type { z } from 'zod';
import { exitCode, UserError } from '../errors.ts';
import { configFolder } from '../io/environment/home.ts';
import { readText } from '../io/files.ts';
import { catalogue, sections } from './catalogue.ts';
import { closest } from './closest.ts';
import { environmentLayer, flagLayer, type Layer, type Origin, type Problem, yamlLayer } from './layers.ts';
import { checkSettings, presetOf, type Settings, type SettingsInput } from './schema.ts';
import { merge, type Tree, valueAt } from './tree.ts';

export interface LoadOptions {
  /** The project's folder. */
  dir: string;
  /** `name=value`, as given with --set. */
  set?: readonly string[];
  /** The same, of an earlier `up`: below what is said now. */
  told?: readonly string[];
  environment?: Readonly<Record<string, string | undefined>>;
}

export interface Loaded {
  settings: Settings;
  /** Of each setting, by its dotted path. */
  origin: ReadonlyMap<string, Origin>;
}

/**
 * Defaults < preset of `size` < user file < bootdev.yaml < bootdev.local.yaml < what `up` was told < environment < --set.
 * Throws one UserError that names every problem and its line.
 */
export async function loadSettings({
  dir,
  set = [],
  told = [],
  environment = process.env,
}: LoadOptions): Promise<Loaded> {
  const userFile = join(configFolder(environment), 'settings.yaml');
  const files = [
    { name: 'user', path: userFile, source: userFile },
    { name: 'project', path: join(dir, 'bootdev.yaml'), source: 'bootdev.yaml' },
    { name: 'local', path: join(dir, 'bootdev.local.yaml'), source: 'bootdev.local.yaml' },
  ] as const;
  const texts = await Promise.all(files.map(({ name, path }) => (name === 'user' ? readOwn(path) : readText(path))));
  const read = files.map(({ name, source }, index) => yamlLayer(name, source, texts[index] ?? ''));
  return combine([...read, flagLayer(told, 'told'), environmentLayer(environment), flagLayer(set)]);
}

/** HOME may be somebody else's (sudo -u): a folder that one may not enter has no settings of one's own. */
async function readOwn(path: string): Promise<string | undefined> {
  return readText(path).catch((error: Error) => {
    if ((error.cause as NodeJS.ErrnoException | undefined)?.code === 'EACCES') return undefined;
    throw error;
  });
}

/** Only the values of `--set`, checked like any other settings: the answers of `init`. */
export function answersOf(set: readonly string[]): SettingsInput {
  const flags = flagLayer(set);
  combine([flags]);
  return 'layer' in flags ? flags.layer.tree : {};
}

/** Layers, lowest first → settings. Pure. */
function combine(read: ({ layer: Layer } | { problems: Problem[] })[]): Loaded {
  const layers = read.flatMap((one) => ('layer' in one ? [one.layer] : []));
  const problems = read.flatMap((one) => ('problems' in one ? one.problems : []));
  const raw = layers.reduce<Tree>((sum, { tree }) => merge(sum, tree), {});
  const checked = checkSettings(raw);
  problems.push(...layers.flatMap(personalInProject));
  if ('issues' in checked) problems.push(...checked.issues.flatMap((issue) => inWords(issue, raw, layers)));
  if (problems.length > 0 || 'issues' in checked) throw settingsError(problems);
  return { settings: checked.settings, origin: origins(checked.settings, raw, layers) };
}

/** How a person works decides nothing of the site, so it is not in the file that others get. */
function personalInProject({ name, tree, locate: find }: Layer): Problem[] {
  if (name !== 'project' || valueAt(tree, 'code.mode') === undefined) return [];
  const text = 'code.mode: how you work is yours alone; write it in bootdev.local.yaml';
  return [{ text, origin: find(['code', 'mode'], 'key') ?? { layer: 'default' } }];
}

function origins(settings: Settings, raw: Tree, layers: Layer[]): Map<string, Origin> {
  const preset = presetOf(raw);
  const originOf = (path: string, fallback: unknown): Origin => {
    const value = valueAt(settings, path);
    const given = valueAt(raw, path);
    if (given === '' && value !== '') return { layer: 'derived' };
    if (given !== undefined) return locate(layers, path.split('.')) ?? { layer: 'default' };
    if (valueAt(preset, path) !== undefined) return { layer: 'size', source: `size: ${settings.size}` };
    return { layer: String(value) === String(fallback) ? 'default' : 'derived' };
  };
  return new Map([...catalogue.values()].map(({ path, fallback }) => [path, originOf(path, fallback)]));
}

/** The highest layer that sets something at the path: its value counts. */
const highest = (layers: Layer[], path: readonly PropertyKey[]) =>
  layers.findLast(({ tree }) => (valueAt(tree, path.join('.')) ?? undefined) !== undefined);

const locate = (layers: Layer[], path: readonly PropertyKey[]) => highest(layers, path)?.locate(path);

function inWords(issue: z.core.$ZodIssue, raw: Tree, layers: Layer[]): Problem[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownKey([...path, key], layers));
  }
  // One word of a list is named by the list, and has a place of its own in a file.
  const setting = path.filter((part) => !/^\d+$/.test(part));
  const got = valueAt(raw, path.join('.')) ?? valueAt(raw, setting.join('.'));
  const text =
    issue.message.startsWith('expected') && got !== undefined ? `${issue.message}, not ${shown(got)}` : issue.message;
  const beside = issue.code === 'custom' ? String(issue.params?.beside ?? '').split('.') : [];
  const layer = highest(layers, setting);
  const origin = layer?.locate(path) ?? layer?.locate(setting) ?? locate(layers, beside) ?? { layer: 'default' };
  return [{ text: `${setting.join('.')}: ${text}`, origin }];
}

function unknownKey(path: string[], layers: Layer[]): Problem {
  const layer = layers.findLast(({ locate: find }) => find(path, 'key') !== undefined);
  const origin = layer?.locate(path, 'key') ?? { layer: 'default' };
  const name = path.join('.');
  const parent = path.slice(0, -1).join('.');
  if (parent && sections.has(parent) && ![...catalogue.keys()].some((known) => known.startsWith(`${parent}.`))) {
    return { text: `${name}: ${parent} is not available in this version yet; remove it`, origin };
  }
  if (path.at(-1)?.includes('.') && catalogue.has(name)) {
    const [section, key] = name.split('.');
    return { text: `${name}: write it in two lines, "${section}:" and below it, indented, "${key}: …"`, origin };
  }
  const meant = closest(name, [...catalogue.keys(), ...sections.keys()]);
  return { text: `${name} is not a setting${meant ? `; did you mean ${meant}?` : ''}`, origin };
}

function shown(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value)); // JSON has no .inf
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** bootdev.yaml:3:5, or the variable or flag. */
export function placeOf({ source, line, column }: Origin): string {
  return [source, line, column].filter((part) => part !== undefined).join(':');
}

function settingsError(problems: Problem[]): UserError {
  // A value may break several rules that have one sentence.
  const lines = [...new Set(problems.map(({ text, origin }) => [placeOf(origin), text].filter(Boolean).join('  ')))];
  const [first = ''] = lines;
  const message =
    lines.length === 1 ? first : ['These settings are not valid:', ...lines.map((line) => `  ${line}`)].join('\n');
  const hint = 'fix this and run the same command again; bootdev config --defaults lists every setting';
  return new UserError(message, { hint, code: exitCode.usage });
}
