import { caBundle, caVariables } from '../host/ca-bundle.ts';
import type { Check } from './check.ts';

export const certificates: Check = {
  id: 'certificates',
  title: 'TLS certificates',
  async look(host) {
    for (const name of caVariables) {
      const path = host.env[name];
      if (path && (await host.read(path)) === undefined)
        return { state: 'warn', text: `${name} names ${path}, which cannot be read` };
    }
    const path = await caBundle(host.env, host.read);
    return {
      state: 'ok',
      text: path ? `image builds trust ${path}` : 'no file of authorities here; image builds use their own',
    };
  },
};
