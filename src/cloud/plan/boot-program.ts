import { posix } from 'node:path';

const boot = 'ec2/boot';
/** `. "${0%/*}/lib/aws.sh"`: a file beside the program. */
const sources = /^\. "\$\{0%\/\*\}\/(.+)"$/;

/**
 * What an instance fetches by digest before it has anything else, and so in one piece: docker/ec2/boot, with the files that it sources
 * in the place of the lines that do. cfn/README.md has the same as one command. `docker`: path below docker/ → content.
 */
export function bootProgram(docker: ReadonlyMap<string, Buffer>): Buffer {
  const text = (path: string) => {
    const found = docker.get(path)?.toString();
    if (found === undefined) throw new Error(`docker/ has no ${path}`);
    return found.trimEnd();
  };
  const lines = text(boot)
    .split('\n')
    .map((line) => {
      const path = sources.exec(line)?.[1];
      return path === undefined ? line : text(posix.join(posix.dirname(boot), path));
    });
  return Buffer.from(`${lines.join('\n')}\n`);
}
