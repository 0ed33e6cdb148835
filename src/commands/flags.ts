import { type Command, InvalidArgumentError, Option } from 'commander';
import { usageError } from './usage.ts';

/** Flags that every command takes, before or after its name. */
export interface Common {
  projectDir: string;
  env?: string;
  set: string[];
  json: boolean;
}

/** The common flags on a command, and errors thrown instead of printed. */
export function withCommon(command: Command): Command {
  return command
    .exitOverride((error) => {
      throw error.exitCode === 0 ? error : usageError(error, command);
    })
    .configureOutput({ outputError: () => {} }) // report() says it
    .addOption(common('-C, --project-dir <dir>', 'the folder with bootdev.yaml (default: this one)'))
    .addOption(common('--env <name>', 'another environment of this project, with machines and data of its own'))
    .addOption(
      common('--set <name=value>', 'a setting for this time: --set cache.ttl=30 (repeatable)').argParser(collect),
    )
    .addOption(common('--json', 'data for programs'));
}

const common = (flags: string, description: string) => new Option(flags, description).helpGroup('Common options:');
const collect = (value: string, before: string[] = []) => [...before, value];

/** A command's flags over those before its name; --set adds up. */
export function flagsOf<Flags>(...commands: Command[]): Flags & Common {
  const all = commands.map((command) => command.opts<Partial<Flags & Common>>());
  const set = all.flatMap((flags) => flags.set ?? []);
  return Object.assign({ projectDir: '.', json: false }, ...all, { set }) as Flags & Common;
}

export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}
