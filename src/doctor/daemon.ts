import type { Check } from './check.ts';
import { askDocker } from './docker.ts';
import { startDaemon } from './install.ts';

export const daemon: Check = {
  id: 'daemon',
  title: 'Docker daemon',
  async look(host, signal) {
    const docker = await askDocker(host, signal);
    switch (docker.state) {
      case 'answers':
        return { state: 'ok', text: 'answers' };
      case 'missing':
      case 'podman':
        return { state: 'fail', text: 'waits for Docker to be installed' };
      case 'denied':
        return {
          state: 'fail',
          text: 'runs, but this user may not use its socket (the docker group counts as root: think before you join it)',
          remedy: { commands: ['sudo usermod -aG docker "$USER"', 'newgrp docker'], automatic: false },
        };
      case 'silent': {
        if (docker.elsewhere) return { state: 'fail', text: `${where(host.env)} does not answer: ${docker.said}` };
        const remedy = startDaemon(host);
        return { state: 'fail', text: 'is stopped', ...(remedy && { remedy }) };
      }
    }
  },
};

const where = ({ DOCKER_HOST }: NodeJS.ProcessEnv) =>
  DOCKER_HOST ? `DOCKER_HOST (${DOCKER_HOST})` : 'the current docker context';
