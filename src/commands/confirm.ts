/** The one place where a command asks before it changes something: --yes answers, and without a terminal it has to. */
import { exitCode, UserError } from '../errors.ts';
import { isInteractive } from '../screen/mode.ts';
import type { Call } from './call.ts';
import { notInteractive, withFlags } from './usage.ts';

export interface ConfirmFlags {
  yes?: boolean;
  confirm?: string;
}

export const yesOption = { '-y, --yes': 'Do not ask for confirmation' };

/** Beside --yes, where data can be lost. */
export const confirmOption = {
  '--confirm <name>': 'Confirm the loss of data by the name of the project in its environment, such as shop-production',
};

interface Question {
  /** Stands before the cursor: 'Delete these 3?', or 'Type shop-production to …' with `name`. */
  text: string;
  /** For what cannot be undone: a person types this name, a script gives it as --confirm beside --yes. */
  name?: string;
  /** What is lost: why --yes is not enough. */
  loss?: string;
  /** Said after a no. */
  declined?: string;
  /** Asks in its own way, on a screen. */
  ask?: () => Promise<boolean>;
}

/** Returns after a yes. Throws UserError for a no, and where nobody can be asked. */
export async function confirm(call: Call<ConfirmFlags>, question: Question): Promise<void> {
  const { name, loss = '', declined = 'Nothing was changed.' } = question;
  const { yes = false, confirm: given } = call.flags;
  if (yes && (name === undefined || given === name)) return;
  if (yes) throw new UserError(loss, { hint: commandToType(call, name), code: exitCode.usage });
  requireAnswer(call, name);
  if (!(await isYes(question, call.signal))) throw new UserError(declined, { code: exitCode.usage });
}

/** For what brings all that is about persons to this computer: the environment's name is typed. `what`: begins the question. */
export const confirmPersons = (call: Call<ConfirmFlags>, name: string, what: string): Promise<void> =>
  confirm(call, {
    text: `${what}? All that it has of persons comes to this computer. Type ${name}:`,
    name,
    loss: 'What is about persons leaves production: --yes also needs --confirm with the name.',
  });

/** Throws UserError where nobody can be asked and --yes is missing: before anything is opened, where a question is certain. */
export function requireAnswer(call: Call<ConfirmFlags>, name?: string): void {
  if (call.flags.yes || isInteractive({ json: call.flags.json })) return;
  throw notInteractive(commandToType(call, name));
}

const commandToType = ({ line }: Call, name?: string) =>
  withFlags(line, name === undefined ? ['--yes'] : ['--yes', '--confirm', name]);

async function isYes({ text, name, ask }: Question, signal: AbortSignal): Promise<boolean> {
  if (ask) return ask();
  const terminal = await import('../io/terminal.ts');
  if (name === undefined) return terminal.ask(text, signal);
  return (await terminal.askText(`${text} `, signal)) === name;
}
