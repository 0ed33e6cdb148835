/** Who this project is to a git host, and who the host is: an SSH key for this project alone, and the host's keys, pinned. */
import { exitCode, UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import { readText, removeFile, writeWhole } from '../../io/files.ts';
import type { Context } from '../../project/context.ts';
import { hostOf } from './builder.ts';

/** Keys of the large hosts, from their own pages (2026-11): what another one shows is not them. */
const known: Record<string, { key: string; paste: string }> = {
  'github.com': {
    key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl',
    paste: 'the repository: Settings → Deploy keys → Add deploy key (without write access)',
  },
  'gitlab.com': {
    key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAfuCHKVTjquxvt6CM6tdG4SLp1Btn/nOeHHE5UOzRdf',
    paste: 'the repository: Settings → Repository → Deploy keys → Add new key',
  },
  'bitbucket.org': {
    key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIazEu89wgQZ4bqs3d63QSMzYVa0MuJ2e2gKTKqu+UUO',
    paste: 'the repository: Repository settings → Access keys → Add key',
  },
};

/** Shows the public half, made where there is none yet; pins the host. `newHost`: whoever answers now is who it is from now on. Throws UserError. */
export async function* key(context: Context, { newHost = false } = {}): AsyncGenerator<Event, void> {
  const { paths, settings } = context;
  const { git } = settings.code;
  const host = hostOf(git);
  if (git === '' || git.startsWith('https:')) {
    throw new UserError(git === '' ? 'code.git is not set.' : `${git} is read by HTTPS: no key is needed.`, {
      hint: 'for a private repository in bootdev.yaml: code: { git: git@host:owner/name.git }',
      code: exitCode.usage,
    });
  }
  yield { type: 'begin', verb: 'key', project: settings.site.name };
  if ((await readText(paths.deployKey)) === undefined) await make(context);
  const pinned = await pin(context, host, newHost);
  const public_ = (await readText(`${paths.deployKey}.pub`))?.trim() ?? '';
  const where = known[host]?.paste ?? `on ${host}: as a key that may read this repository`;
  yield {
    type: 'done',
    text: `${public_}\n\nThis is the public half. It goes into\n  ${where}\n${pinned}\nthen: bootdev deploy`,
  };
}

async function make({ paths, settings, host, signal }: Context): Promise<void> {
  const args = ['-q', '-t', 'ed25519', '-N', '', '-C', `bootdev ${settings.site.name}`, '-f', paths.deployKey];
  const { exitCode: code, stderr } = await host.run('ssh-keygen', args, { signal });
  if (code === 0) return;
  await removeFile(paths.deployKey); // not one half
  throw new UserError(code === 127 ? 'ssh-keygen is not installed.' : `ssh-keygen: ${stderr.trim()}`, {
    hint: 'it comes with OpenSSH: apt-get install openssh-client',
  });
}

/** Returns who the host is, in words. */
async function pin(
  { paths, settings, host: computer, signal }: Context,
  host: string,
  renew: boolean,
): Promise<string> {
  const port = /^ssh:\/\/[^/]*:(\d+)\//.exec(settings.code.git)?.[1];
  const name = port && port !== '22' ? `[${host}]:${port}` : host;
  const others = ((await readText(paths.knownHosts)) ?? '').split('\n').filter((line) => line !== '');
  const mine = others.filter((line) => line.startsWith(`${name} `));
  const lines = mine.length > 0 && !renew ? mine : await shown(name);
  await writeWhole(paths.knownHosts, `${[...others.filter((line) => !mine.includes(line)), ...lines].join('\n')}\n`);
  const { stdout } = await computer.run('ssh-keygen', ['-l', '-f', '-'], { signal, input: `${lines.join('\n')}\n` });
  const prints = [...stdout.matchAll(/SHA256:\S+.*\((\S+)\)/g)].map(
    ([text, type]) => `${text.split(' ')[0]} (${type})`,
  );
  return `${host} is whoever has the key ${prints.join(', ')}.${known[host] ? '' : ' Compare it with what its owner says.'}`;

  async function shown(asked: string): Promise<string[]> {
    const large = known[host];
    if (large && asked === host) return [`${host} ${large.key}`];
    const { stdout, stderr } = await computer.run(
      'ssh-keyscan',
      ['-T', '10', '-t', 'ed25519,ecdsa,rsa', ...(port ? ['-p', port] : []), host],
      { signal },
    );
    const keys = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    if (keys.length > 0) return keys;
    throw new UserError(
      `${host} cannot be reached, so it is not known who it is: ${stderr.trim().split('\n').at(-1) || 'no answer'}`,
      {
        hint: 'look at code.git and at the network, then: bootdev key',
      },
    );
  }
}
