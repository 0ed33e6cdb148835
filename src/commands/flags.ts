/** The table of commands as commander takes it, and the flags that every command has. */
import { InvalidArgumentError, Option, Command as Parser } from 'commander';
import type { Command, CommandOption } from './command.ts';
import { usageError } from './usage.ts';

/** Flags before or after the command's name. */
export interface CommonFlags {
  projectDir: string;
  env?: string;
  set: string[];
  json: boolean;
}

/** A parser that throws its errors instead of printing them. */
export function makeParser(name: string): Parser {
  const parser = new Parser(name).configureOutput({ outputError: () => {} }); // report() prints it
  return parser.exitOverride((error) => {
    throw error.exitCode === 0 ? error : usageError(error, parser);
  });
}

export function parserOf({ name, description, arguments: args = {}, options = {}, passThrough }: Command): Parser {
  const parser = makeParser(name).description(description).allowExcessArguments(false);
  for (const [argument, meaning] of Object.entries(args)) parser.argument(argument, meaning);
  for (const [flags, option] of Object.entries(options)) parser.addOption(makeOption(flags, option));
  if (passThrough === 'all') return parser.passThroughOptions().allowUnknownOption().helpOption(false);
  if (passThrough) parser.passThroughOptions();
  return withCommon(parser);
}

function makeOption(flags: string, option: string | CommandOption): Option {
  const {
    description,
    required = false,
    parse,
  }: CommandOption = typeof option === 'string' ? { description: option } : option;
  const made = new Option(flags, description).makeOptionMandatory(required);
  return parse ? made.argParser(parse as (text: string, before: unknown) => unknown) : made;
}

export function withCommon(parser: Parser): Parser {
  return parser
    .addOption(common('-C, --project-dir <dir>', 'The folder with bootdev.yaml (default: .)'))
    .addOption(common('--env <name>', 'Environment (default: local; AWS: production)'))
    .addOption(common('--set <name=value>', 'A setting for this run: cache.ttl=30 (repeatable)').argParser(collect))
    .addOption(common('--json', 'Print JSON'))
    .addHelpOption(common('-h, --help', 'Show this help'));
}

export const commonGroup = 'Common options:';
const common = (flags: string, description: string) => new Option(flags, description).helpGroup(commonGroup);
/** For a flag that may come again. */
export const collect = (value: string, before: string[] = []) => [...before, value];

/** A command's flags over those before its name; --set adds up. */
export function flagsOf(...parsers: Parser[]): CommonFlags {
  const all = parsers.map((parser) => parser.opts<Partial<CommonFlags>>());
  const set = all.flatMap((flags) => flags.set ?? []);
  return Object.assign({ projectDir: '.', json: false }, ...all, { set }) as CommonFlags;
}

export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

/** The value of `--on`: about an environment on AWS instead of the replica. */
export function otherSide(text: string): string {
  if (text !== 'aws') throw new InvalidArgumentError('It can only be aws.');
  return text;
}
