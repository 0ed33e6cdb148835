import { removeFolder } from '../folder.ts';
import { temporaryFolder } from '../temporary.ts';

/**
 * The environment of a build by the engine's own builder, which alone has our base images. Where its folder is empty buildx knows no other:
 * none that somebody selected (docker buildx use). And a home may be one that cannot be written. `remove` once it is built.
 */
export async function ownBuilder() {
  const folder = await temporaryFolder('bootdev-buildx');
  // BuildKit, and a plain log: its lines are shown as they come.
  const env = { DOCKER_BUILDKIT: '1', BUILDKIT_PROGRESS: 'plain', BUILDX_CONFIG: folder };
  return { env, remove: () => removeFolder(folder) };
}
