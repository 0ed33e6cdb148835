/** Wrong usage in our own words: what is wrong, what was meant, what to type. */
import type { Command, CommanderError } from 'commander';
import { exitCode, UserError } from './errors.ts';
import { closest } from './settings/closest.ts';

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
