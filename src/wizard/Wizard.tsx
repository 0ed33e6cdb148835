/** Lays out a step: title, fields with the reason beside them, the machines so far, the keys. */
import { Box } from 'ink';
import { useEffect, useReducer } from 'react';
import { justify, rule, span } from '../screen/line.ts';
import { Lines, Say } from '../screen/live/Lines.tsx';
import { useSize } from '../screen/live/use-size.ts';
import { wrap } from '../screen/width.ts';
import {
  begin,
  currentStep,
  fieldsOf,
  machinesOf,
  problemOf,
  reduce,
  settingsOf,
  type WizardState,
} from './answers.ts';
import { drawMachines } from './drawing.ts';
import { Choices, TextInput } from './Fields.tsx';
import { useKeys } from './keys.ts';
import type { Applications } from './step.ts';
import type { Known } from './steps/steps.ts';
import { stepsFor } from './steps/steps.ts';

interface WizardProps {
  folderName: string;
  applications: Applications;
  /** What the folder holds and needs. */
  detected?: Known;
  /** Called once, with an outcome. */
  onEnd: (state: WizardState) => void;
}

const bodyRows = 10;
const drawingRows = 7;
const frameRows = 4;

export function Wizard({ folderName, applications, detected, onEnd }: WizardProps) {
  const [state, dispatch] = useReducer(reduce, folderName, (name) =>
    begin(stepsFor(name, applications, detected), name, detected),
  );
  useKeys(dispatch);
  useEffect(() => {
    if (state.outcome) onEnd(state);
  }, [state, onEnd]);
  const { columns, rows } = useSize();
  const width = Math.min(columns - 1, 99);
  const room = rows - 1 - frameRows;
  const body = Math.max(bodyRows, rowsOf(state, width));
  return (
    <Box flexDirection="column">
      <Lines lines={[title(state, width), rule(width)]} />
      <Body state={state} width={width} rows={Math.max(Math.min(body, room), 1)} />
      {room >= body + drawingRows && <Drawing state={state} />}
      <Lines lines={[rule(width), [span(`  ${keys(state)}`, 'dim')]]} />
    </Box>
  );
}

function title(state: WizardState, width: number) {
  const where = `step ${state.step + 1} of ${state.steps.length} · ${currentStep(state).title}`;
  return justify([span(' bootdev', 'strong'), span(' · new site')], [span(where, 'dim')], width);
}

/** Columns of the answer, and of the reason beside it. */
function columnsOf(width: number) {
  const left = width < 70 ? width - 2 : Math.round(width * 0.6);
  return { left, right: width - left - 3 };
}

/** What a step needs: another application is one row more. */
function rowsOf(state: WizardState, width: number): number {
  const { right } = columnsOf(width);
  const fields = fieldsOf(state).map((field) => (field.kind === 'choice' ? field.options.length + 2 : 1));
  const reason = right >= 20 ? wrap(currentStep(state).why, right).length + 1 : 0;
  return Math.max(
    fields.reduce((sum, rows) => sum + rows, 0),
    reason,
  );
}

function Body({ state, width, rows }: { state: WizardState; width: number; rows: number }) {
  const { why } = currentStep(state);
  const { left, right } = columnsOf(width);
  return (
    <Box height={rows} overflow="hidden" paddingLeft={2} columnGap={1}>
      <Box flexDirection="column" width={left} flexShrink={0}>
        <Answer state={state} width={left} />
      </Box>
      {right >= 20 && (
        <Box flexDirection="column" width={right}>
          <Say tone="strong">Why</Say>
          <Lines lines={wrap(why, right).map((line) => [span(line)])} />
        </Box>
      )}
    </Box>
  );
}

/** The step's own body, or its fields: a blank line after a choice, none between texts. */
function Answer({ state, width }: { state: WizardState; width: number }) {
  const { Body: Own } = currentStep(state);
  if (Own) return <Own answers={state.answers} settings={settingsOf(state)} />;
  const fields = fieldsOf(state);
  return fields.map((field, index) => {
    const shared = { value: state.answers[field.key], focused: index === state.focus, width };
    const apart = index > 0 && fields[index - 1]?.kind === 'choice' ? 1 : 0;
    return (
      <Box key={field.key} flexDirection="column" flexShrink={0} marginTop={apart}>
        {field.kind === 'choice' ? (
          <Choices field={field} {...shared} />
        ) : (
          <TextInput field={field} problem={problemOf(state, field)} {...shared} />
        )}
      </Box>
    );
  });
}

function Drawing({ state }: { state: WizardState }) {
  return (
    <Box flexDirection="column" height={drawingRows} paddingLeft={8}>
      <Lines lines={drawMachines(machinesOf(state)).map((line) => [span(line, 'dim')])} />
    </Box>
  );
}

function keys(state: WizardState): string {
  const fields = fieldsOf(state);
  const { kind } = fields[state.focus] ?? {};
  const last = state.step === state.steps.length - 1;
  return [
    kind === 'choice' && '↑↓ choose',
    kind === 'text' && 'type, Ctrl-U clear',
    fields.length > 1 && 'Tab next field',
    last ? 'Enter write bootdev.yaml' : 'Enter continue',
    state.step > 0 && 'Esc back',
    'Ctrl-C cancel',
  ]
    .filter(Boolean)
    .join('  ');
}
