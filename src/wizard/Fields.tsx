/** A question's options, or a text to type. */
import { Box } from 'ink';
import { span } from '../screen/line.ts';
import { OneLine, Say } from '../screen/live/Lines.tsx';
import { pad, wrap } from '../screen/width.ts';
import type { ChoiceField, TextField } from './step.ts';

interface FieldProps<Kind> {
  field: Kind;
  value: string;
  focused: boolean;
  width: number;
}

const labelWidth = 17;

export function Choices({ field, value, focused }: FieldProps<ChoiceField>) {
  return (
    <Box flexDirection="column">
      <Say tone={focused ? 'strong' : 'dim'}>{field.label}</Say>
      {field.options.map((option) => {
        const chosen = option.value === value;
        const tone = option.later ? 'dim' : chosen ? 'accent' : undefined;
        const note = [option.note, option.later && 'not available yet'].filter(Boolean).join('; ');
        const mark = span(chosen ? '❯ ' : '  ', focused ? 'accent' : 'dim');
        return (
          <OneLine
            key={option.value}
            line={[mark, span(pad(option.label, labelWidth), tone), span(` ${note}`, 'dim')]}
          />
        );
      })}
    </Box>
  );
}

interface TextProps extends FieldProps<TextField> {
  problem: string | undefined;
}

export function TextInput({ field, value, focused, problem, width }: TextProps) {
  const cursor = focused ? [span('▏', 'accent')] : [];
  const text = value ? [span(value), ...cursor] : [...cursor, span(field.placeholder, 'dim')];
  const room = Math.max(width - 4, 10);
  return (
    <Box flexDirection="column">
      <OneLine line={[span(pad(field.label, labelWidth - 4), focused ? 'strong' : 'dim'), ...text]} />
      {problem && wrap(problem, room).map((line) => <OneLine key={line} line={[span('  '), span(line, 'bad')]} />)}
    </Box>
  );
}
