/**
 * How many columns a text takes on a terminal. What is wide (日本, emoji) or takes none (combining marks) is measured by string-width and cut
 * by cli-truncate. They take as long to load as node itself, so a command whose texts are all narrow never loads them.
 */
type WideText = typeof import('./wide-text.ts');

let wideText: WideText | undefined;

/** Before the first text that may be wide: live screens always call it, plain lines when there is one. */
export async function loadWideText(): Promise<void> {
  wideText ??= await import('./wide-text.ts');
}

/** ASCII, the Latin letters of Europe and our own glyphs: one column each, and as many as String.length says. */
const narrow = /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff‐-‧‰-⁞←-⇿─-╿▀-▟✓✗●❯▸◂≈≠…]*$/;

export const isNarrow = (text: string) => narrow.test(text);

export function columnsOf(text: string): number {
  return wideText && !isNarrow(text) ? wideText.columnsOf(text) : text.length;
}

/** At most `columns` wide; what does not fit ends in '…'. */
export function truncate(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  if (columns < 1) return '';
  if (wideText && !isNarrow(text)) return wideText.truncate(text, columns);
  return `${text.slice(0, columns - 1).trimEnd()}…`;
}

/** padEnd, by columns. */
export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(columns - columnsOf(text), 0));
}

/** Words of `text` in lines of at most `columns`; a longer word (an address, a command) stays whole. */
export function wrap(text: string, columns: number): string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines = [''];
    for (const word of paragraph.split(' ')) {
      const last = lines.at(-1) ?? '';
      if (last === '') lines[lines.length - 1] = word;
      else if (columnsOf(last) + 1 + columnsOf(word) <= columns) lines[lines.length - 1] = `${last} ${word}`;
      else lines.push(word);
    }
    return lines;
  });
}
