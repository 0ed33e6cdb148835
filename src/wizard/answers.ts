/** The wizard's state, and how each action changes it. Pure. */
import type { Detected } from '../project/detection/detection.ts';
import { checkSettings, completeSettings, type Settings, type SettingsInput } from '../settings/schema.ts';
import type { Answers, ChoiceField, Field, Step, TextField } from './step.ts';

export interface WizardState {
  steps: readonly Step[];
  /** Name of the site when none is typed. */
  folderName: string;
  answers: Answers;
  /** Index of the step that is shown. */
  step: number;
  /** Index of the field that has the keys. */
  focus: number;
  /** Enter was pressed on a text that is not valid. */
  refused: boolean;
  outcome?: 'confirmed' | 'cancelled';
}

export type Action =
  | { do: 'next' | 'back' | 'up' | 'down' | 'nextField' | 'previousField' | 'backspace' | 'clear' | 'cancel' }
  | { do: 'type'; text: string };

/** What Enter alone answers: the schema's defaults. */
const defaults = completeSettings();
const noAnswers: Answers = {
  name: '',
  application: defaults.application,
  codePath: '',
  docroot: '',
  size: defaults.size,
  balancer: defaults.balancer.kind,
  database: defaults.database.engine,
  search: defaults.search.engine,
  files: defaults.files.store,
  region: '',
};

/** `detected`: what the folder holds and needs, as Enter alone answers it. */
export function begin(
  steps: readonly Step[],
  folderName: string,
  { found, engine }: Partial<Detected> = {},
): WizardState {
  const proposed = {
    ...(found ? { application: found.application, docroot: found.docroot } : {}),
    ...(engine ? { database: engine.name } : {}),
  };
  return { steps, folderName, answers: { ...noAnswers, ...proposed }, step: 0, focus: 0, refused: false };
}

export function reduce(state: WizardState, action: Action): WizardState {
  if (state.outcome) return state;
  const field = focused(state);
  switch (action.do) {
    case 'cancel':
      return { ...state, outcome: 'cancelled' };
    case 'back':
      return goTo(state, Math.max(state.step - 1, 0));
    case 'next':
      return next(state);
    case 'nextField':
      return { ...state, focus: turn(state, 1) };
    case 'previousField':
      return { ...state, focus: turn(state, -1) };
    case 'up':
      return field?.kind === 'choice' ? choose(state, field, -1) : { ...state, focus: Math.max(state.focus - 1, 0) };
    case 'down':
      return field?.kind === 'choice'
        ? choose(state, field, 1)
        : { ...state, focus: Math.min(state.focus + 1, lastField(state)) };
    case 'backspace':
      return field?.kind === 'text' ? answer(state, field, [...state.answers[field.key]].slice(0, -1).join('')) : state;
    case 'clear':
      return field?.kind === 'text' ? answer(state, field, '') : state;
    case 'type':
      if (field?.kind === 'text') return answer(state, field, state.answers[field.key] + action.text);
      // j and k move like the arrows, where there is nothing to type.
      if (field && action.text === 'j') return choose(state, field, 1);
      return field && action.text === 'k' ? choose(state, field, -1) : state;
  }
}

export const currentStep = ({ steps, step }: WizardState) => steps[step] as Step;
export const fieldsOf = (state: WizardState): readonly Field[] => currentStep(state).fields(state.answers);
const focused = (state: WizardState) => fieldsOf(state)[state.focus];
const lastField = (state: WizardState) => Math.max(fieldsOf(state).length - 1, 0);
const turn = (state: WizardState, by: number) => {
  const number = fieldsOf(state).length;
  return number === 0 ? 0 : (state.focus + by + number) % number;
};

const goTo = (state: WizardState, step: number): WizardState => ({ ...state, step, focus: 0, refused: false });

const answer = (state: WizardState, { key }: Field, value: string): WizardState => ({
  ...state,
  answers: { ...state.answers, [key]: value },
  refused: false,
});

function next(state: WizardState): WizardState {
  const wrong = fieldsOf(state).findIndex((field) => field.kind === 'text' && ruleBroken(state, field));
  if (wrong >= 0) return { ...state, focus: wrong, refused: true };
  return state.step === state.steps.length - 1 ? { ...state, outcome: 'confirmed' } : goTo(state, state.step + 1);
}

/** The next option that can be chosen in a direction; at the end it stays. */
function choose(state: WizardState, field: ChoiceField, by: 1 | -1): WizardState {
  const now = field.options.findIndex(({ value }) => value === state.answers[field.key]);
  const ahead = by > 0 ? field.options.slice(now + 1) : field.options.slice(0, now).reverse();
  const option = ahead.find(({ later }) => !later);
  return option ? answer(state, field, option.value) : state;
}

/** The answers as settings; what was left empty keeps its default. */
export function settingsInput({
  answers,
  folderName,
  steps,
}: Pick<WizardState, 'answers' | 'folderName' | 'steps'>): SettingsInput {
  // What was typed for another application is not asked any more.
  const own = steps.some(({ fields }) => fields(answers).some(({ key }) => key === 'codePath'));
  return {
    site: { name: answers.name || folderName },
    application: answers.application,
    ...(own ? { code: { path: answers.codePath, docroot: answers.docroot } } : {}),
    size: answers.size,
    balancer: { kind: answers.balancer },
    database: { engine: answers.database },
    search: { engine: answers.search },
    files: { store: answers.files },
    aws: { region: answers.region },
  } as SettingsInput; // the schema decides whether the words are valid
}

/** Complete settings; undefined while an answer is not valid. */
export function settingsOf(state: WizardState): Settings | undefined {
  const result = checkSettings(settingsInput(state));
  return 'settings' in result ? result.settings : undefined;
}

/** The machines chosen so far: valid even while a name is still being typed. */
export function machinesOf({ answers }: Pick<WizardState, 'answers'>): Settings {
  const { size, balancer, database, search, files } = answers;
  const chosen = { database: { engine: database }, search: { engine: search }, files: { store: files } };
  return completeSettings({ size, balancer: { kind: balancer }, ...chosen } as SettingsInput);
}

/** Why a text is not valid, and what to type instead. While it is being typed, a "-" at its end is no mistake yet. */
export function problemOf(state: WizardState, field: TextField): string | undefined {
  const typed = state.answers[field.key];
  const rule = ruleBroken(state.refused ? state : answer(state, field, typed.replace(/[-./]$/, '')), field)?.replace(
    /^expected/,
    'must be',
  );
  if (!rule) return undefined;
  return field.suggest ? `${rule}; type: ${field.suggest(typed)}` : rule;
}

function ruleBroken(state: WizardState, { path }: TextField): string | undefined {
  const result = checkSettings(settingsInput(state));
  return 'issues' in result ? result.issues.find((issue) => issue.path.join('.') === path)?.message : undefined;
}
