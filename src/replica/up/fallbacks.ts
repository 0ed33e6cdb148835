/** What the settings ask for and this engine cannot run: a container that tries it decides, and something else takes its place. */
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
function filesNote({ state, settings }: Pick<Context, 'state' | 'settings'>): string | undefined {
  if (!state.gluster || state.gluster === 'yes' || settings.files.store === 'gluster') return undefined;
  return `Files are on a plain volume, not on GlusterFS: this engine lets no container mount a file system (${state.gluster}).`;
}

/**
 * LVS is the kernel's own, and not every kernel has it. A container with the director's capabilities asks, at each up: `modprobe ip_vs` may have
 * been typed since. Where it cannot be, haproxy distributes, and every status says so. Returns the context with the settings that this engine can run.
 */
export async function decideBalancer(context: Context, tags: ImageTags): Promise<Context> {
  const { settings, sources, io, signal } = context;
  if (context.configuredBalancer !== 'lvs') return context;
  const { balancer } = settings;
  const probe = sources.docker.get('roles/director/probe') ?? Buffer.from('exit 1');
  const { stdout, stderr } = await io.run(
    'docker',
    [
      ...['run', '--rm', '-i', '--network', 'none', '--cap-drop', 'ALL', '--cap-add', 'NET_ADMIN'],
      ...['--security-opt', 'no-new-privileges', '--entrypoint', 'bash', `bootdev/lb:${tags.get('lb')}`],
      ...['-s', balancer.scheduler],
    ],
    { signal, input: probe },
  );
  const answer = stdout.trim() || stderr.trim().split('\n').at(-1) || 'no answer';
  const isThere = answer === 'yes';
  await context.saveState({ ipvs: isThere ? 'yes' : answer.replace(/^no: /, '').slice(0, 500) });
  const kind = isThere ? 'lvs' : 'haproxy';
  return balancer.kind === kind ? context : withSettings(context, { balancer: { ...balancer, kind } });
}

/** What to say of a replica whose connections are not distributed by what the settings ask for. */
function balancerNote({
  state,
  settings,
  configuredBalancer,
}: Pick<Context, 'state' | 'settings' | 'configuredBalancer'>): string | undefined {
  if (configuredBalancer === settings.balancer.kind || !state.ipvs) return undefined;
  return `haproxy distributes, not LVS: ${state.ipvs}. ${remedy(state.ipvs)}`;
}

function remedy(reason: string): string {
  if (reason.includes('NET_ADMIN')) return 'It needs a Docker that runs as root.';
  if (reason.includes('scheduler')) return 'Another one: balancer.scheduler in bootdev.yaml.';
  return 'Where the kernel has the module: sudo modprobe ip_vs (Docker Desktop: in its own machine), then: bootdev up';
}

/** What this engine cannot run of what the settings ask for, and what runs in its place. */
export const fallbackNotes = (context: Pick<Context, 'state' | 'settings' | 'configuredBalancer'>): string[] =>
  [filesNote(context), balancerNote(context)].filter((note) => note !== undefined);
