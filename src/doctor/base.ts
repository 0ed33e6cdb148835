import { baseTag, debianTag } from '../images/base-image.ts';
import type { Check } from './check.ts';
import { askDocker, hasImage } from './docker.ts';
import { installMmdebstrap } from './install.ts';

/** Only looks where the base image can come from; `up` fetches or makes it. */
export const base: Check = {
  id: 'base',
  title: 'Base image',
  async look(host, signal) {
    const docker = await askDocker(host, signal);
    if (docker.state !== 'answers') return { state: 'warn', text: 'waits for the Docker daemon' };
    for (const tag of [baseTag, debianTag]) {
      if (await hasImage(host, tag, signal)) return { state: 'ok', text: `${tag} is here` };
    }
    if (await host.has('mmdebstrap')) return { state: 'ok', text: 'a registry or mmdebstrap will give it' };
    const manifest = await host.run('docker', ['manifest', 'inspect', debianTag], { signal, timeout: 8_000 });
    if (manifest.exitCode === 0) return { state: 'ok', text: 'the registry has it' };
    const remedy = installMmdebstrap(host);
    return {
      state: 'warn',
      text: `${debianTag} is not here, no registry answers, and mmdebstrap, which could make it from packages, is not installed`,
      ...(remedy && { remedy }),
    };
  },
};
