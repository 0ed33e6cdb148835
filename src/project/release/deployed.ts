/** Releases of code.git on this computer: a folder each in .bootdev, and what is known of it beside it. */
import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import type { Settings } from '../../settings/schema.ts';
import type { State } from '../state.ts';

/** The settings with the folder of the deployed release as the code's. A live folder is somebody's own checkout, and stays. */
export function withDeployedCode(
  settings: Settings,
  env: string,
  { deployed = 'none' }: Pick<State, 'deployed'>,
): Settings {
  if (settings.code.git === '' || settings.code.mode === 'live') return settings;
  return { ...settings, code: { ...settings.code, path: join('.bootdev', env, 'releases', deployed) } };
}

/** Throws UserError where code.git says where the code is, and no release of it was made yet. */
export function requireDeployed({ code: { git, path } }: Settings): void {
  if (git === '' || !path.endsWith('/releases/none')) return;
  throw new UserError('Nothing of code.git is deployed yet.', {
    hint: 'bootdev deploy   (a private repository, by SSH: bootdev key first)',
  });
}
