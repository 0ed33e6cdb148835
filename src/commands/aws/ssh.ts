import type { Command } from '../command.ts';
import { type CloudFlags, openCloud } from './open-cloud.ts';

export const ssh: Command<CloudFlags> = {
  name: 'ssh',
  description: 'Log in to a machine on AWS, or run a command there',
  arguments: {
    '<machine>': 'Such as web, admin or gluster-1; or its id, i-0…',
    '[command...]': 'The command with its own flags',
  },
  passThrough: true,

  async run(call) {
    const [machine = '', command = []] = call.args as [string?, string[]?];
    const { cloud } = await openCloud(call);
    const { findLogin, sendKeyArguments, sshArguments } = await import('../../cloud/login.ts');
    const { requireClient, startSession } = await import('../../io/aws/instance-connect.ts');
    await requireClient(call.signal);
    const login = await findLogin(cloud, machine);
    return startSession({
      ...{ knownHosts: login.knownHosts, comment: cloud.holder, signal: call.signal },
      sendKey: (key) => sendKeyArguments(cloud, login, key),
      ssh: (files) => [...sshArguments(cloud, login, files), ...command],
    });
  },
};
