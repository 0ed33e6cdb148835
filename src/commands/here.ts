import { quote } from './usage.ts';

/**
 * What to type next, said from where this line was typed: with `-C DIR`, a command without it would be about another folder. Takes a text or
 * an event with texts in it. `names`: of the commands.
 */
export function fromHere(folder: string, names: readonly string[]): <Said>(said: Said) => Said {
  if (folder === '.') return (said) => said;
  const command = new RegExp(`\\bbootdev (${names.join('|')})(?![\\w-])`, 'g');
  const inText = (text: string) =>
    / -C |--project-dir/.test(text) ? text : text.replace(command, `bootdev $1 -C ${quote(folder)}`);
  return (said) => mapText(said, inText) as typeof said;
}

function mapText(said: unknown, change: (text: string) => string): unknown {
  if (typeof said === 'string') return change(said);
  if (Array.isArray(said)) return said.map((each) => mapText(each, change));
  if (said === null || typeof said !== 'object') return said;
  if ('type' in said && said.type === 'log') return said; // a machine's own words
  return Object.fromEntries(Object.entries(said).map(([name, each]) => [name, mapText(each, change)]));
}
