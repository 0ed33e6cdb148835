/** A git host over SSH in a container of its own, and repositories whose commits a test writes. */
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { docker } from './replica.ts';

export type GitHost = Awaited<ReturnType<typeof gitHost>>;

export async function gitHost() {
  await docker('build', '--quiet', '--tag', 'bootdev-test/git-host', resolve('test/scenarios/git-host'));
  const id = (await docker('run', '--detach', 'bootdev-test/git-host')).trim();
  const address = (await docker('inspect', '--format', '{{.NetworkSettings.IPAddress}}', id)).trim();
  const inside = (...command: string[]) => docker('exec', id, ...command);

  /** `files`: text by path; undefined removes it. Returns the commit. */
  async function repository(name: string) {
    const folder = await mkdtemp(join(tmpdir(), 'bootdev-repository-'));
    const git = async (...args: string[]) => {
      const who = ['-c', 'user.name=A', '-c', 'user.email=a@example.org', '-c', 'protocol.file.allow=always'];
      return (await execa('git', [...who, ...args], { cwd: folder })).stdout;
    };
    await git('init', '--quiet', '--initial-branch=main');
    await inside('git', 'init', '--quiet', '--bare', '--initial-branch=main', `/srv/${name}.git`);
    const push = async () => {
      await docker('exec', id, 'rm', '-rf', `/srv/${name}.git/objects`, `/srv/${name}.git/refs`);
      await docker('cp', join(folder, '.git/.'), `${id}:/srv/${name}.git`);
      await inside('chown', '-R', 'git:git', `/srv/${name}.git`);
    };
    return {
      folder,
      git,
      url: `ssh://git@${address}/srv/${name}.git`,
      async commit(subject: string, files: Record<string, string | undefined>): Promise<string> {
        for (const [path, text] of Object.entries(files)) {
          const file = join(folder, path);
          await execa('mkdir', ['-p', join(file, '..')]);
          if (text === undefined) await rm(file);
          else await writeFile(file, text);
        }
        await git('add', '--all');
        await git('commit', '--quiet', '--message', subject);
        await push();
        return (await git('rev-parse', 'HEAD')).trim();
      },
      remove: () => rm(folder, { recursive: true, force: true }),
    };
  }

  return {
    address,
    inside,
    repository,
    /** Lets in who has this key, and nobody else. */
    async letIn(publicKey: string): Promise<void> {
      await inside(
        'sh',
        '-c',
        `echo '${publicKey}' >/home/git/.ssh/authorized_keys && chown git:git /home/git/.ssh/authorized_keys`,
      );
    },
    /** Keeps it as Git LFS does, and returns what a repository has in its place. */
    async large(text: string): Promise<string> {
      const oid = createHash('sha256').update(text).digest('hex');
      await inside('sh', '-c', `printf %s '${text}' >/srv/lfs/${oid}`);
      return `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${text.length}\n`;
    },
    stop: () => docker('stop', '--time', '1', id),
    async start(): Promise<void> {
      await docker('start', id);
      await inside('bash', '-c', 'until </dev/tcp/127.0.0.1/22; do sleep 0.1; done 2>/dev/null');
    },
    remove: () => docker('rm', '--force', '--volumes', id),
  };
}
