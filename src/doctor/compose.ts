import { atLeast, type Check } from './check.ts';
import { installCompose } from './install.ts';

const oldest = [2, 20] as const;

/** Compose and buildx together: Compose builds images through buildx. */
export const compose: Check = {
  id: 'compose',
  title: 'Docker Compose',
  async look(host, signal) {
    const [compose, buildx] = await Promise.all([
      host.run('docker', ['compose', 'version', '--short'], { signal, timeout: 15_000 }),
      host.run('docker', ['buildx', 'version'], { signal, timeout: 15_000 }),
    ]);
    const fail = async (text: string) => {
      const remedy = await installCompose(host, signal);
      return { state: 'fail' as const, text, ...(remedy && { remedy }) };
    };
    const version = compose.stdout.trim();
    if (compose.exitCode === 127) return { state: 'fail', text: 'waits for Docker to be installed' };
    if (compose.exitCode !== 0) return fail('the plugin (`docker compose`, version 2) is not installed');
    if (!atLeast(version, oldest)) return fail(`version ${version} is too old: ${oldest.join('.')} or newer is needed`);
    if (buildx.exitCode !== 0) return fail('the buildx plugin, which it builds images with, is not installed');
    return { state: 'ok', text: `version ${version}, buildx ${buildx.stdout.split(' ')[1] ?? ''}`.trimEnd() };
  },
};
