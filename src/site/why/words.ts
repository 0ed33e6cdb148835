/** Times and addresses of `bootdev why` in words. */

/** 5 → '5 s', 130 → '2 min 10 s', 7300 → '2 h 1 min'. Whole seconds, as nginx counts. */
export function ago(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (large: number, one: string, small: number, other: string) =>
    small > 0 ? `${large} ${one} ${small} ${other}` : `${large} ${one}`;
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return two(Math.floor(whole / 60), 'min', whole % 60, 's');
  if (whole < 86_400) return two(Math.floor(whole / 3600), 'h', Math.floor((whole % 3600) / 60), 'min');
  return two(Math.floor(whole / 86_400), 'd', Math.floor((whole % 86_400) / 3600), 'h');
}

/** Of a release its first eight digits; else the folder. */
export const rootWords = (root: string) => /\/releases\/([0-9a-f]{8})/.exec(root)?.[1] ?? root;

export const list = (words: readonly string[]) =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
