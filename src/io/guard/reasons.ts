/** A file system's error code in words. */
export function reasonOf(error: unknown): string {
  const code = String((error as NodeJS.ErrnoException).code ?? error);
  return words[code] ?? code;
}

const words: Record<string, string> = {
  EACCES: 'no permission',
  EPERM: 'no permission',
  EISDIR: 'it is a folder',
  EEXIST: 'there is a file where a folder is needed',
  ENOTDIR: 'there is a file where a folder is needed',
  ENOSPC: 'the disk is full',
  EROFS: 'the disk is read-only',
  ELOOP: 'it is a link',
  ENAMETOOLONG: 'its name is too long',
};
