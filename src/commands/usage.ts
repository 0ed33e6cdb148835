/** Wrong usage in our own words: what is wrong, what was meant, what to type. */
import type { CommanderError, Command as Parser } from 'commander';
import { exitCode, UserError } from '../errors.ts';
import { closest } from '../settings/closest.ts';

/** What other tools of the field call it: DDEV, Lando, docker compose, Vagrant. What to type here instead. */
const wordsOfOthers: Record<string, string> = {
  ...each(['start', 'restart', 'rebuild', 'resume', 'reload', 'provision'], 'up'),
  ...each(['stop', 'halt', 'pause', 'poweroff', 'delete', 'remove', 'rm'], 'down'),
  ...each(['describe', 'list', 'ls', 'ps', 'info'], 'status'),
  ...each(['shell', 'bash'], 'exec admin'),
  ...each(['launch', 'url', 'browse'], 'open'),
  ...each(['push', 'release'], 'promote'),
  ...each(['configure', 'settings'], 'config'),
  ...each(['setup', 'new', 'create'], 'init'),
  ...each(['install', 'site-install', 'si'], 'site install'),
  ...each(['clean', 'gc'], 'prune'),
  ...each(['clear-cache', 'cache-clear', 'cc', 'flush'], 'purge --all'),
  ...each(['mariadb', 'sql', 'sqlc', 'database'], 'db shell'),
  ...each(['import-db', 'db-import'], 'db import'),
  ...each(['export-db', 'db-export', 'dump', 'mysqldump'], 'db export'),
  ...each(['snapshot', 'backup'], 'db snapshot'),
  ...each(['restore'], 'db restore'),
  ...each(['mailpit', 'mailhog'], 'open mail'),
  ...each(['wp-cli'], 'wp'),
  ...each(['yarn', 'node', 'npx'], (name) => `run ${name}`),
  ...each(['artisan', 'bin/console'], (name) => `php ${name}`),
};

function each(names: string[], instead: string | ((name: string) => string)): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, typeof instead === 'string' ? instead : instead(name)]));
}

/** `before`: what was typed before the name. */
export function unknownCommand(name: string, program: Parser, before = 'bootdev'): UserError {
  const theirs = Object.hasOwn(wordsOfOthers, name) ? wordsOfOthers[name] : undefined;
  if (theirs && before === 'bootdev') {
    const hint = `bootdev ${theirs}`;
    return new UserError(`unknown command '${name}'; here it is ${hint}`, { hint, code: exitCode.usage });
  }
  const meant = closest(
    name,
    program.commands.map((command) => command.name()),
  );
  const message = `unknown command '${name}'${meant ? `; did you mean ${meant}?` : ''}`;
  return new UserError(message, { hint: meant ? `${before} ${meant}` : 'bootdev --help', code: exitCode.usage });
}

/** commander's "error: unknown option '--jsno'\n(Did you mean --json?)" in our form. */
export function usageError(error: CommanderError, command: Parser): UserError {
  const [first = '', suggestion = ''] = error.message.split('\n');
  const message = [first.replace(/^error: /, ''), suggestion.replace(/^\(D(.*)\)$/, 'd$1')].filter(Boolean).join('; ');
  return new UserError(message, {
    hint: command.parent ? `bootdev help ${command.name()}` : 'bootdev --help',
    code: exitCode.usage,
  });
}

export function noSettings(dir: string): UserError {
  return new UserError(`There is no bootdev.yaml in ${dir}.`, {
    hint: 'bootdev init --yes writes one with defaults; add --set name=value to change them (list: bootdev config --defaults)',
    code: exitCode.usage,
  });
}

export function notInteractive(hint: string): UserError {
  return new UserError('--yes is required when not running interactively.', { hint, code: exitCode.usage });
}

const answers = /^(?:-y|--yes|--confirm=.*)$/;

/** The command line as it was typed, with answers: what to type next keeps its --env and its folder. */
export function withFlags(line: readonly string[], flags: readonly string[]): string {
  const kept = line.filter((word, at) => !answers.test(word) && word !== '--confirm' && line[at - 1] !== '--confirm');
  return ['bootdev', ...kept, ...flags].map(quote).join(' ');
}

/** As a shell needs it. */
export const quote = (word: string) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** What a program reads where a person reads report()'s text. */
export function failureJson({ message, hint, code }: UserError): string {
  const reason = Object.entries(exitCode).find(([, value]) => value === code)?.[0] ?? 'failed';
  return JSON.stringify({ status: 'failed', reason, message, next: hint ? [hint] : [] });
}
