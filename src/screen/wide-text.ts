/** Only width.ts loads this. */
import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';

export const columnsOf = (text: string) => stringWidth(text);

/** cli-truncate 5.2 keeps a wide character whose second half is over the edge: then once more, one column less. */
export function truncate(text: string, columns: number): string {
  const shortened = cliTruncate(text, columns);
  const fitting = stringWidth(shortened) <= columns ? shortened : cliTruncate(text, columns - 1);
  return fitting.replace(/\s+…$/, '…');
}
