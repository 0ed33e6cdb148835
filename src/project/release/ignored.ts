/** `.bootdevignore`: what of a code folder is not the site, by git's rules for .gitignore, in every folder that has one. */
import ignore, { type Ignore } from 'ignore';

export const ignoreFile = '.bootdevignore';

/** The rules that hold in one folder. Names are bytes as in src/io/tree.ts, and so are the patterns: git compares bytes too. */
export interface Rules {
  /** 'kept': a pattern that begins with `!` names it. */
  says(path: string, isFolder: boolean): 'ignored' | 'kept' | undefined;
  /** For a folder in this one; `text`: that of its own file. */
  enter(folder: string, text: string | undefined): Rules;
}

export const noRules: Rules = {
  says: () => undefined,
  enter: (folder, text) => (text === undefined ? noRules : rules([], folder, text)),
};

/** Made for each folder, since it remembers what it was asked. */
function rules(above: Ignore | [], folder: string, text: string): Rules {
  const all = ignore({ ignorecase: false }).add(above).add(patterns(folder, text));
  return {
    says: (path, isFolder) => {
      const { ignored, unignored } = all.test(isFolder ? `${path}/` : path);
      return ignored ? 'ignored' : unignored ? 'kept' : undefined;
    },
    enter: (deeper, more = '') => rules(all, deeper, more),
  };
}

/** Patterns of a folder's own file as patterns of the top. */
function patterns(folder: string, text: string): string[] {
  const lines = text.replace(/^\xef\xbb\xbf/, '').split(/\r?\n/);
  if (folder === '') return lines;
  const place = folder.replace(/[\\*?[\]]/g, '\\$&');
  return lines
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => {
      const [not, pattern] = line.startsWith('!') ? ['!', line.slice(1)] : ['', line];
      const isAnchored = /\/./.test(pattern.trimEnd());
      return `${not}/${place}/${isAnchored ? pattern.replace(/^\//, '') : `**/${pattern}`}`;
    });
}
