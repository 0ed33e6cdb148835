/** Wrong usage in our own words: what is wrong, what was meant, what to type. */
import type { Command, CommanderError } from 'commander';
import { exitCode, UserError } from '../errors.ts';
import { closest } from '../settings/closest.ts';

export function unknownCommand(name: string, program: Command): UserError {
  const meant = closest(
    name,
    program.commands.map((command) => command.name()),
  );
  const message = `there is no command ${name}${meant ? `; did you mean ${meant}?` : '.'}`;
  return new UserError(message, { hint: meant ? `bootdev ${meant}` : 'bootdev --help', code: exitCode.usage });
}

/** commander's "error: unknown option '--jsno'\n(Did you mean --json?)" in our form. */
export function usageError(error: CommanderError, command: Command): UserError {
  // `help upp`: commander has printed the whole help, and says nothing more.
  if (error.code === 'commander.help') {
    return new UserError('there is no such command.', { hint: 'bootdev --help', code: exitCode.usage });
  }
  const [first = '', suggestion = ''] = error.message.split('\n');
  const message = [first.replace(/^error: /, ''), suggestion.replace(/^\(D(.*)\)$/, 'd$1')].filter(Boolean).join('; ');
  return new UserError(message, {
    hint: command.parent ? `bootdev help ${command.name()}` : 'bootdev --help',
    code: exitCode.usage,
  });
}

export function noSettings(dir: string): UserError {
  return new UserError(`There is no bootdev.yaml in ${dir}.`, {
    hint: 'bootdev init --yes takes the defaults; with --set name=value you choose (all: bootdev config --defaults)',
    code: exitCode.usage,
  });
}

export function notInteractive(hint: string): UserError {
  return new UserError('--yes is required when not running interactively.', { hint, code: exitCode.usage });
}

/** What a program reads where a person reads report()'s text. */
export function failureJson({ message, hint, code }: UserError): string {
  const reason = Object.entries(exitCode).find(([, value]) => value === code)?.[0] ?? 'failed';
  return JSON.stringify({ status: 'failed', reason, message, next: hint ? [hint] : [] });
}
