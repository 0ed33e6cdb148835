/** What a rule finds in a file, before it is told. */
import type { Expression } from './php/expression.ts';
import type { Source } from './php/source.ts';
import type { Value } from './php/value.ts';
import type { Known } from './php/values.ts';

export type Rule =
  | 'code'
  | 'cache'
  | 'upload'
  | 'server-files'
  | 'session'
  | 'lock'
  | 'state'
  | 'limit'
  | 'memory'
  | 'cron'
  | 'page-cache'
  | 'object-cache'
  | 'address';

/** What bootdev takes care of by itself. */
export type Settled = 'cron' | 'session-folder' | 'site-address' | 'files';

export type Mark = { rule: Rule; at: number } | { settled: Settled; at: number };

/** A file of a part, as rules see it. */
export interface Inspected {
  source: Source;
  known: Known;
  /** Its name, without folders. */
  name: string;
  /** The part's kind, as app.yaml names it: plugin, theme, settings … */
  kind: string;
  /** Host names of the site that its own settings say. */
  hosts: readonly string[];
}

/** A call of a function that rules know. `at`: the token of its name. */
export interface Call {
  at: number;
  args: readonly Expression[];
  /** Where an argument's path leads. */
  value: (index: number) => Value;
  /** The text of an argument that is one string. */
  word: (index: number) => string | undefined;
}
