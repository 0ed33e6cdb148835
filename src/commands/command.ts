/** What a command file exports: a row of the table in program.ts. */
import type { Call } from './call.ts';

export interface Command<Flags = object> {
  name: string;
  /** Its line in `bootdev --help`. */
  description: string;
  /** What it means, by the argument as usage shows it: '<machine>', '[command...]'. */
  arguments?: Readonly<Record<string, string>>;
  /** What it means, by the flags as usage shows them: '-n, --tail <lines>'. */
  options?: Readonly<Record<string, string | CommandOption>>;
  /** Flags after the first argument belong to another program; `all`: every flag after the command's name, --help too. */
  passThrough?: true | 'all';
  /** An exit code, or false for a check that failed. Loads its verb itself: the table is loaded for every command line. */
  run(call: Call<Flags>): Promise<unknown>;
}

export interface CommandOption {
  description: string;
  required?: boolean;
  /** The flag's value from its text, and from the value before where it may come again; throws InvalidArgumentError. */
  parse?: (text: string, before?: never) => unknown;
}
