import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Run, run } from '../io/command.ts';
import { compose } from '../io/compose.ts';
import { dockerEngine } from '../io/docker.ts';
import { sweep } from '../io/temporary.ts';
import { loadSettings } from '../settings/load.ts';
import type { Settings } from '../settings/schema.ts';
import { composeFiles } from './compose-files.ts';
import { checkEnvironmentName } from './environment.ts';
import { projectId } from './identity.ts';
import { packageRoot, paths } from './paths.ts';
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
  sources: Sources;
  /** Folder of the materialised compose/ and docker/. */
  materialised: string;
  paths: ReturnType<typeof paths>;
  state: State;
  saveState: (change: Partial<State>) => Promise<void>;
  signal: AbortSignal;
  docker: ReturnType<typeof dockerEngine>;
  compose: ReturnType<typeof compose>;
  run: Run;
}

export interface OpenOptions {
  dir: string;
  env?: string;
  set?: string[];
  signal: AbortSignal;
}

/** Reads the settings, finds or makes the project's identity. Throws UserError for settings that are not valid. */
export async function openProject({ dir, env = 'local', set = [], signal }: OpenOptions): Promise<Context> {
  checkEnvironmentName(env);
  const { settings } = await loadSettings({ dir, set });
  const at = paths(dir, env);
  await mkdir(join(at.own, env), { recursive: true });
  for (const folder of [dir, at.own, join(at.own, env)]) await sweep(folder);
  const [id, sources, version] = await Promise.all([projectId(dir), readSources(packageRoot), packageVersion()]);
  const materialised = await materialise(at.own, version, sources);
  const project = `bootdev-${settings.site.name}-${id}${env === 'local' ? '' : `-${env}`}`;
  const state = await readState(at.state);
  const configuredWebCount = settings.web.count;
  const count = state.scale?.from === configuredWebCount ? state.scale.web : configuredWebCount;
  const fallback = state.gluster !== undefined && state.gluster !== 'yes' && settings.files.store === 'gluster';
  const base: Context = {
    dir,
    env,
    project,
    settings,
    configuredWebCount,
    sources,
    materialised,
    paths: at,
    state,
    saveState: async (change) => {
      Object.assign(state, change);
      await writeState(at.state, state);
    },
    signal,
    docker: dockerEngine(),
    compose: compose({ files: [], envFile: at.envFile, project, signal }),
    run,
  };
  return withSettings(base, {
    web: { ...settings.web, count },
    ...(fallback ? { files: { store: 'volume' as const } } : {}),
  });
}

/** The same project with other settings, and the compose files that they choose. */
export function withSettings(context: Context, change: Partial<Settings>): Context {
  const settings = { ...context.settings, ...change };
  const files = composeFiles(settings).map((file) => join(context.materialised, 'compose', file));
  const { project, signal, paths: at } = context;
  return { ...context, settings, compose: compose({ files, envFile: at.envFile, project, signal }) };
}

async function packageVersion(): Promise<string> {
  return (JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8')) as { version: string }).version;
}
