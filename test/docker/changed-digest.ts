/** docker/ with another shell function for the digest of a tree: whoever sources it must feel that, and whoever computed it by itself would not. */
export function withChangedDigest(docker: ReadonlyMap<string, Buffer>): Map<string, Buffer> {
  const file = 'roles/base/tree-digest.sh';
  const before = docker.get(file)?.toString() ?? '';
  const after = before.replace("'0%m %P\\0'", "'9%m %P\\0'");
  if (after === before) throw new Error(`${file} prints the modes in another way than this test knows`);
  return new Map([...docker, [file, Buffer.from(after)]]);
}
