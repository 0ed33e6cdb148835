import { join } from 'node:path';

/** Places inside the user's folder. */
export const paths = (dir: string, env: string) => ({
  settings: join(dir, 'bootdev.yaml'),
  own: join(dir, '.bootdev'),
  id: join(dir, '.bootdev', 'project.json'),
  state: join(dir, '.bootdev', env, 'state.json'),
  lock: join(dir, '.bootdev', env, 'lock'),
  /** The site's CA, for this computer's trust (bootdev trust). */
  siteCa: join(dir, '.bootdev', env, 'ca.pem'),
  envFile: join(dir, '.bootdev', env, 'compose.env'),
  /** The files that say what the replica is, as they were when it was healthy with them; and those before them. */
  healthy: join(dir, '.bootdev', env, 'healthy.json'),
  before: join(dir, '.bootdev', env, 'before.json'),
  /** What instances install, by image. */
  packages: join(dir, '.bootdev', 'packages'),
  noCa: join(dir, '.bootdev', 'no-ca.pem'),
  /** The manifest of the code that the volumes were given last. */
  delivered: join(dir, '.bootdev', env, 'code.manifest'),
  /** What `bootdev deploy` works with, and the releases that it made. */
  git: join(dir, '.bootdev', env, 'git'),
  releases: join(dir, '.bootdev', env, 'releases'),
  deployLock: join(dir, '.bootdev', env, 'deploy.lock'),
  /** Of the project, for the repository: a private key for it alone, and who its host is. */
  deployKey: join(dir, '.bootdev', 'deploy-key'),
  knownHosts: join(dir, '.bootdev', 'known_hosts'),
  bundleTar: join(dir, '.bootdev', env, 'bundle.tar'),
});
