import { join } from 'node:path';
import type { OwnConfig } from '../bundle/own-config/own-config.ts';
import { type Host, thisHost } from '../host/host.ts';
import type { Compose } from '../io/compose.ts';
import { packageRoot } from '../io/environment/package.ts';
import { type Io, makeIo } from '../io/io.ts';
import { toldBy } from '../settings/layers.ts';
import { type Loaded, type LoadOptions, loadSettings } from '../settings/load.ts';
import type { Settings } from '../settings/schema.ts';
import { valueAt } from '../settings/tree.ts';
import { version } from '../version.ts';
import { isOwnChoice } from './code-folder.ts';
import { composeFiles } from './compose-files.ts';
import { checkEnvironmentName, scratchEnvironment } from './environment.ts';
import { projectId, projectName } from './identity.ts';
import { readOwnConfig } from './own-config/read.ts';
import { openOwnFolder } from './own-folder.ts';
import { paths } from './paths.ts';
import { withDeployedCode } from './release/deployed.ts';
import { materialise, readSources, type Sources } from './sources.ts';
import { readState, type State, writeState } from './state.ts';

/** One project in one environment, and what commands need to work on it. */
export interface Context {
  dir: string;
  env: string;
  /** Compose project name: prefix of every container, volume and network. */
  project: string;
  settings: Settings;
  /** web.count as the settings have it; settings.web.count is what `bootdev scale` made of it. */
  configuredWebCount: number;
  /** balancer.kind as the settings have it; settings.balancer.kind is what this engine's kernel can run. */
  configuredBalancer: Settings['balancer']['kind'];
  /** What this run goes by beside the files: flags and variables, and where it goes on as the last `up`, what that was told. */
  told: readonly string[];
  /** Of what the last `up` was told, what neither the files nor this run say. */
  toldBefore: readonly string[];
  /** Whether the user said himself where the code is, so that it may be outside the project. */
  ownCode: boolean;
  /** Whether somebody said `code.mode`; else live is only the usual way. */
  ownMode: boolean;
  sources: Sources;
  /** The folder bootdev/ beside bootdev.yaml, unchecked: makeBundle() checks it. */
  own: OwnConfig;
  /** Folder of the materialised compose/ and docker/. */
  materialised: string;
  paths: ReturnType<typeof paths>;
  state: State;
  saveState: (change: Partial<State>) => Promise<void>;
  signal: AbortSignal;
  /** This computer. */
  host: Host;
  io: Io;
  /** `docker compose` with the files that the settings choose. */
  compose: Compose;
}

export interface OpenOptions {
  dir: string;
  env?: string;
  /** The replica of bootdev's own, in an environment that nobody can name. */
  scratch?: true;
  set?: string[];
  /** Goes on with what the last `up` was told, as the replica does. */
  asTold?: boolean;
  signal: AbortSignal;
  /** Others than the real ones: for tests. */
  io?: Io;
  host?: Host;
}

/** Reads the settings, finds or makes the project's identity. Throws UserError for settings that are not valid. */
export async function openProject({ dir, set = [], signal, ...options }: OpenOptions): Promise<Context> {
  const { io = makeIo(), host = await thisHost(), asTold = false, scratch = false } = options;
  const env = scratch ? scratchEnvironment : (options.env ?? 'local');
  if (!scratch) checkEnvironmentName(env);
  const said = { dir, set, environment: host.env };
  const ofFiles = await loadSettings(said);
  const at = paths(dir, env);
  await openOwnFolder(dir, env);
  const state = await readState(at.state);
  const { before, loadedAsTold } = await toldBefore(said, ofFiles, state);
  const loaded = asTold ? loadedAsTold : ofFiles;
  const settings = withDeployedCode(loaded.settings, env, state);
  const [id, sources, own] = await Promise.all([projectId(dir), readSources(packageRoot), readOwnConfig(dir)]);
  const materialised = await materialise(at.own, version, sources);
  const project = projectName(settings, id, env);
  const configuredWebCount = settings.web.count;
  const count = state.scale?.from === configuredWebCount ? state.scale.web : configuredWebCount;
  const fallback = state.gluster !== undefined && state.gluster !== 'yes' && settings.files.store === 'gluster';
  const { balancer } = settings;
  const noIpvs = state.ipvs !== undefined && state.ipvs !== 'yes' && balancer.kind === 'lvs';
  const base: Context = {
    dir,
    env,
    project,
    settings,
    configuredWebCount,
    configuredBalancer: balancer.kind,
    told: [...(asTold ? before : []), ...toldBy(host.env, set)],
    toldBefore: before,
    ownCode: await isOwnChoice(dir, loaded),
    ownMode: loaded.origin.get('code.mode')?.layer !== 'derived',
    sources,
    own,
    materialised,
    paths: at,
    state,
    saveState: async (change) => {
      Object.assign(state, change);
      await writeState(at.state, state);
    },
    signal,
    host,
    io,
    compose: io.compose({ files: [], envFile: at.envFile, project, signal }),
  };
  return withSettings(base, {
    web: { ...settings.web, count },
    ...(fallback ? { files: { ...settings.files, store: 'volume' as const } } : {}),
    ...(noIpvs ? { balancer: { ...balancer, kind: 'haproxy' as const } } : {}),
  });
}

/** What no longer fits the files is over. */
async function toldBefore(said: LoadOptions, ofFiles: Loaded, { told = [] }: State) {
  const loadedAsTold = told.length === 0 ? ofFiles : await loadSettings({ ...said, told }).catch(() => ofFiles);
  const makesADifference = (each: string) => {
    const [path = ''] = each.split('=', 1);
    return String(valueAt(loadedAsTold.settings, path)) !== String(valueAt(ofFiles.settings, path));
  };
  return { before: told.filter(makesADifference), loadedAsTold };
}

/** The same project with other settings, and the compose files that they choose. */
export function withSettings(context: Context, change: Partial<Settings>): Context {
  const settings = { ...context.settings, ...change };
  const files = composeFiles(settings).map((file) => join(context.materialised, 'compose', file));
  const { project, signal, io, paths: at } = context;
  return { ...context, settings, compose: io.compose({ files, envFile: at.envFile, project, signal }) };
}
