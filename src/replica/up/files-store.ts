import type { ImageTags } from '../../images/tags.ts';
import { type Context, withSettings } from '../../project/context.ts';

/** As compose/gluster.yaml has it for web and admin: the probe must fail where they would. */
const asTheService = (materialised: string) => [
  '--cap-drop',
  'ALL',
  '--cap-add',
  'SYS_ADMIN',
  '--device',
  '/dev/fuse',
  '--security-opt',
  'no-new-privileges',
  '--security-opt',
  `seccomp=${materialised}/compose/seccomp.json`,
];

/**
 * Gluster needs an engine that lets a container mount a file system. A real mount under the service's own options decides, once:
 * a later change would leave uploaded files behind. Where it fails, files go to a plain volume, and every status says so.
 * Returns the context with the settings that this engine can run.
 */
export async function decideFilesStore(context: Context, tags: ImageTags): Promise<Context> {
  const { settings, state, sources, materialised, io, signal } = context;
  if (settings.files.store !== 'gluster' || state.gluster === 'yes') return context;
  const probe = sources.docker.get('roles/gluster-client/probe') ?? Buffer.from('exit 1');
  const image = `bootdev/base:${tags.get('base')}`;
  const { stdout, stderr } = await io.run(
    'docker',
    ['run', '--rm', '-i', '--network', 'none', ...asTheService(materialised), '--entrypoint', 'perl', image, '-'],
    { signal, input: probe },
  );
  const answer = stdout.trim() || stderr.trim().split('\n').at(-1) || 'no answer';
  await context.saveState({ gluster: answer === 'yes' ? 'yes' : answer.replace(/^no: /, '') });
  return answer === 'yes' ? context : withSettings(context, { files: { ...settings.files, store: 'volume' } });
}

/** What to say of a replica whose files are not where the settings ask for them. */
export function fallbackNote({ state, settings }: Pick<Context, 'state' | 'settings'>): string | undefined {
  if (!state.gluster || state.gluster === 'yes' || settings.files.store === 'gluster') return undefined;
  return `Files are on a plain volume, not on GlusterFS: this engine lets no container mount a file system (${state.gluster}).`;
}
