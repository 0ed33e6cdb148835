/** The parts of a wizard's step. Steps are data; the reducer and the layout know only these types. */
import type { ComponentType } from 'react';
import type { readApplications } from '../project/applications.ts';
import type { Settings } from '../settings/schema.ts';

/** What is known about each application, in the order of the options. */
export type Applications = ReturnType<typeof readApplications>;

/** The user's answers. An empty text means the default. */
export interface Answers {
  name: string;
  application: string;
  codePath: string;
  docroot: string;
  size: string;
  balancer: string;
  database: string;
  search: string;
  files: string;
  region: string;
}

type AnswerKey = keyof Answers;

export interface Option {
  value: string;
  label: string;
  note?: string;
  /** Planned, but not available yet: shown, but cannot be chosen. */
  later: boolean;
}

export interface ChoiceField {
  kind: 'choice';
  key: AnswerKey;
  label: string;
  options: readonly Option[];
}

export interface TextField {
  kind: 'text';
  key: AnswerKey;
  label: string;
  /** What an empty field stands for. */
  placeholder: string;
  /** The setting whose rule applies: 'site.name'. */
  path: string;
  /** What to type instead of a text that is not valid. */
  suggest?: (text: string) => string;
}

export type Field = ChoiceField | TextField;

export interface BodyProps {
  answers: Answers;
  settings: Settings | undefined;
}

export interface Step {
  title: string;
  /** One paragraph: why it matters, what it costs, how it can be changed. */
  why: string;
  fields: (answers: Answers) => readonly Field[];
  /** In place of fields. */
  Body?: ComponentType<BodyProps>;
}
