/** The built program's calls to AWS, as its own SDK clients record them, against what cfn/iam allows. */
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { actionsFor, calls as listed, type Verb } from '../../cfn/calls.ts';
import { matches, type Policy } from '../../cfn/policies.ts';

/** Calls ('service:Command') by the policies under which they are made. */
export type Calls = ReadonlyMap<Verb, ReadonlySet<string>>;

/** parity, watch and whatever else only reads use promote's. */
const policyOf = ([command]: readonly string[]): Verb => (command === 'destroy' ? 'destroy' : 'promote');

/** A folder with a file for each policy; `env` makes a command record its calls there. */
export async function recordCalls() {
  const dir = await mkdtemp(join(tmpdir(), 'bootdev-calls-'));
  return {
    dir,
    env: (args: readonly string[]) => ({ BOOTDEV_AWS_CALLS: join(dir, policyOf(args)) }),
    async calls(): Promise<Calls> {
      const read = async (verb: string) => {
        const text = await readFile(join(dir, verb), 'utf8');
        return [verb as Verb, new Set(text.split('\n').filter(Boolean))] as const;
      };
      return new Map(await Promise.all((await readdir(dir)).map(read)));
    },
  };
}

/** Calls that calls.ts does not have for their verb, or that no statement allows. Empty when all is well. */
export function surplus(made: Calls): string[] {
  return [...made].flatMap(([verb, calls]) =>
    [...calls].flatMap((call) => [
      ...(listed[call]?.includes(verb) ? [] : [`${call} by ${verb}: not in test/cfn/calls.ts`]),
      ...actionsFor(call)
        .filter((action) => !ownActions(verb).some((pattern) => matches(pattern, action)))
        .map((action) => `${action} by ${verb}: not in cfn/iam/${verb}.json`),
    ]),
  );
}

/** Calls of calls.ts that no command has made. */
export function unmade(made: Calls): string[] {
  return Object.entries(listed).flatMap(([call, verbs]) =>
    verbs.filter((verb) => !made.get(verb)?.has(call)).map((verb) => `${call} by ${verb}`),
  );
}

/** What the shipped policies allow for our own calls: not what they allow only through CloudFormation. */
function ownActions(verb: Verb): string[] {
  const files = readdirSync('cfn/iam').filter((name) => name.startsWith(verb) && name.endsWith('.json'));
  const policies = files.map((name) => JSON.parse(readFileSync(join('cfn/iam', name), 'utf8')) as Policy);
  const own = policies.flatMap(({ Statement }) => Statement.filter(({ Condition }) => !Condition));
  return own.flatMap(({ Action }) => Action);
}
