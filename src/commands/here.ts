import { quote } from './usage.ts';

/** Where a command line was typed, as far as it decides what another command is about. */
interface Here {
  /** As --project-dir names it. */
  folder: string;
  /** As --env names it, where the command is one of `environment`'s. */
  env?: string | undefined;
}

/**
 * What to type next, said from where this line was typed: with `-C DIR`, a command without it would be about another folder, and with
 * `--env NAME` about another environment. Takes a text or an event with texts in it. `names`: of the commands; `ofEnvironment`: of those that
 * the environment is for.
 */
export function fromHere(
  { folder, env }: Here,
  names: readonly string[],
  ofEnvironment: readonly string[] = [],
): <Said>(said: Said) => Said {
  if (folder === '.' && env === undefined) return (said) => said;
  const command = new RegExp(`\\bbootdev (${names.join('|')})(?![\\w-])`, 'g');
  const flags = (name: string, text: string) => [
    ...(folder === '.' || / -C |--project-dir/.test(text) ? [] : [`-C ${quote(folder)}`]),
    ...(env === undefined || !ofEnvironment.includes(name) || /--env/.test(text) ? [] : [`--env ${quote(env)}`]),
  ];
  const inText = (text: string) =>
    text.replace(command, (_, name: string) => ['bootdev', name, ...flags(name, text)].join(' '));
  return (said) => mapText(said, inText) as typeof said;
}

function mapText(said: unknown, change: (text: string) => string): unknown {
  if (typeof said === 'string') return change(said);
  if (Array.isArray(said)) return said.map((each) => mapText(each, change));
  if (said === null || typeof said !== 'object') return said;
  if ('type' in said && said.type === 'log') return said; // a machine's own words
  return Object.fromEntries(Object.entries(said).map(([name, each]) => [name, mapText(each, change)]));
}
