import { atLeast, type Check } from './check.ts';
import { askDocker } from './docker.ts';
import { installEngine } from './install.ts';

const oldest = [20, 10] as const;

export const engine: Check = {
  id: 'engine',
  title: 'Docker',
  async look(host, signal) {
    const docker = await askDocker(host, signal);
    const fail = async (text: string) => {
      const remedy = await installEngine(host);
      return { state: 'fail' as const, text, ...(remedy && { remedy }) };
    };
    switch (docker.state) {
      case 'missing':
        return fail('the docker command is not installed');
      case 'podman':
        return fail('the docker command here is podman, which bootdev cannot use');
      case 'answers':
        return atLeast(docker.engine, oldest)
          ? { state: 'ok', text: `engine ${docker.engine}, client ${docker.client}` }
          : fail(`engine ${docker.engine} is too old: ${oldest.join('.')} or newer is needed`);
      case 'denied':
        return { state: 'ok', text: `client ${docker.client}` };
      case 'silent': {
        // A client alone may lie about, e.g. from a CI image; on Linux without another endpoint the engine must be here.
        const here = docker.elsewhere || host.platform !== 'linux' || (await host.has('dockerd'));
        return here
          ? { state: 'ok', text: `client ${docker.client}` }
          : fail(`the docker command is here (${docker.client}), but the engine, dockerd, is not`);
      }
    }
  },
};
