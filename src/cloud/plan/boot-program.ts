const boot = 'ec2/boot';
const treeDigest = 'roles/base/tree-digest.sh';

/**
 * What an instance fetches by digest before it has anything else, and so in one piece: docker/ec2/boot, with the file that it sources
 * in the place of the line that does. cfn/README.md has the same as one command. `docker`: path below docker/ → content.
 */
export function bootProgram(docker: ReadonlyMap<string, Buffer>): Buffer {
  const [program, sourced] = [boot, treeDigest].map((path) => docker.get(path)?.toString());
  if (program === undefined || sourced === undefined) throw new Error(`docker/ has no ${boot} or ${treeDigest}`);
  const lines = program.split('\n');
  const at = lines.findIndex((line) => line.startsWith('. ') && line.includes(treeDigest));
  if (at < 0) throw new Error(`docker/${boot} does not source ${treeDigest}`);
  return Buffer.from([...lines.slice(0, at), sourced.trimEnd(), ...lines.slice(at + 1)].join('\n'));
}
