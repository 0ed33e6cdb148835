/**
 * What is never part of a site's code, wherever in it it lies. A code folder that reaches further than meant (a home) must not
 * carry its secrets to machines that answer visitors, nor to AWS.
 */

/** History, and bootdev's own: no secret, only not the site. */
const notTheSite = new Set([
  ...['.git', '.hg', '.svn', '.bootdev', '.bootdevignore'],
  ...['bootdev.yaml', 'bootdev.local.yaml', 'bootdev.lock'],
]);

/** Folders where programs keep keys, tokens and sign-ins of a person. */
const keyFolders = [
  '.ssh',
  '.gnupg',
  '.aws',
  '.azure',
  '.config/gcloud',
  '.config/gh',
  '.docker',
  '.kube',
  '.password-store',
];

/** Files of a home: sign-ins, and what shells remember of typed passwords. No site reads one of them. */
const homeFiles =
  /^(?:[._]netrc|\.git-credentials|\.gitconfig|\.pgpass|\.my\.cnf|\.mylogin\.cnf|\.npmrc|\.pypirc|\.s3cfg|\.boto|\.dockercfg|\.(?:bash|zsh|sh)(?:rc|_history|_logout|_profile)|\.profile|\.zshenv|\.(?:mysql|psql|php|python|node_repl|rediscli)_history|\.lesshst|\.viminfo)$/;

/** Keys that only a person signs in with. (Others stay: frameworks keep keys that they sign with beside the code, nginx denies them.) */
const personalKeys = /^(?:id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?(?:\.pub)?|.*\.(?:ppk|kdbx|agekey))$/;

export const isNotTheSite = (name: string): boolean => notTheSite.has(name);

/** `path`: from the code's folder, with `/`. */
export function isPersonal(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const isKeyFolder = keyFolders.some((folder) => path === folder || path.endsWith(`/${folder}`));
  return isKeyFolder || homeFiles.test(name) || personalKeys.test(name);
}
