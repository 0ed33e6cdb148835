/** Lines as Ink paints them. */
import { Text, type TextProps } from 'ink';
import { createContext, useContext } from 'react';
import { harmless, inAscii, type Line, type Tone } from '../line.ts';
import type { TerminalCapabilities } from '../mode.ts';

export const CapabilitiesContext = createContext<TerminalCapabilities>({ colour: true, ascii: false });

const styles: Record<Tone, TextProps> = {
  good: { color: 'green' },
  work: { color: 'yellow' },
  bad: { color: 'red' },
  dim: { dimColor: true },
  accent: { color: 'cyan' },
  strong: { bold: true },
};

/** Text in a tone, with the glyphs the terminal has. */
export function Say({ tone, children }: { tone?: Tone | undefined; children: string }) {
  const { colour, ascii } = useContext(CapabilitiesContext);
  return (
    <Text {...(colour && tone ? styles[tone] : {})}>{ascii ? inAscii(harmless(children)) : harmless(children)}</Text>
  );
}

/** One line of the terminal, whatever its length. */
export function OneLine({ line }: { line: Line }) {
  return (
    <Text wrap="truncate">
      {line.length === 0
        ? ' '
        : line.map(({ text, tone }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: spans have no identity but their place
            <Say key={index} tone={tone}>
              {text}
            </Say>
          ))}
    </Text>
  );
}

export function Lines({ lines }: { lines: readonly Line[] }) {
  // biome-ignore lint/suspicious/noArrayIndexKey: as above
  return lines.map((line, index) => <OneLine key={index} line={line} />);
}
