/** Which machine on AWS is meant, and what ssh needs to log in to it: by EC2 Instance Connect, with the host's keys as the machine itself said them. */
import { UserError } from '../errors.ts';
import type { Cloud } from './cloud.ts';
import { describeStacks } from './stacks/describe.ts';
import { usedStacks } from './stacks/stacks.ts';

export interface Login {
  /** i-0ab… */
  instance: string;
  /** web, gluster-1 */
  name: string;
  /** Lines of ssh's known_hosts, by the instance's id. */
  knownHosts: string;
}

/** `word`: web, gluster-1, or an instance's id. Of several web machines the first one is meant. Throws UserError. */
export async function findLogin(cloud: Cloud, word: string): Promise<Login> {
  const all = await (await cloud.aws.services()).machines(cloud.project);
  const found = all.find(({ id, name }) => id === word || name === word);
  if (!found) {
    const names = [...new Set(all.map(({ name }) => name))];
    throw new UserError(
      all.length > 0 ? `There is no machine ${word} in ${cloud.project}.` : `No machine runs in ${cloud.project}.`,
      { hint: all.length > 0 ? `bootdev ssh ${names.sort().join('|')}` : 'bootdev promote' },
    );
  }
  const keys = await hostKeys(cloud, found);
  if (!keys) {
    throw new UserError(`${found.id} has not said its host keys: its boot did not come that far.`, {
      hint: `aws ec2-instance-connect ssh --os-user admin --connection-type eice --instance-id ${found.id}   (nothing compares the host's key)`,
    });
  }
  return { instance: found.id, name: found.name, knownHosts: keys };
}

/** Boot's first upload (docker/ec2/boot): its sshd's public keys, a line each. */
async function hostKeys(cloud: Cloud, { id, name }: { id: string; name: string }): Promise<string | undefined> {
  const bootstrap = usedStacks(cloud.settings).filter(({ part }) => part === 'bootstrap');
  const [made] = await describeStacks(cloud, bootstrap);
  const bucket = await cloud.aws.bucket(made?.info?.outputs.ArtifactBucket ?? '');
  const text = (await bucket.get(`reports/${name.replace(/-\d+$/, '')}/${id}.keys`))?.text ?? '';
  const lines = text.split('\n').flatMap((line) => /^ssh-\S+ \S+|^ecdsa-\S+ \S+/.exec(line)?.[0] ?? []);
  return lines.length > 0 ? lines.map((line) => `${id} ${line}\n`).join('') : undefined;
}

/** The image's person; EC2 Instance Connect hands a key for it to the instance, for a minute. */
const user = 'admin';

/** Flags of the aws command line. */
const place = ({ region, profile }: Cloud['aws']) => ['--region', region, ...(profile ? ['--profile', profile] : [])];

/** `key`: file of a private key, whose public one is beside it. */
export function sendKeyArguments({ aws }: Cloud, { instance }: Login, key: string): string[] {
  const what = ['--instance-id', instance, '--instance-os-user', user, '--ssh-public-key', `file://${key}.pub`];
  return ['ec2-instance-connect', 'send-ssh-public-key', ...what, ...place(aws)];
}

/** ssh's own, through the tunnel of the network's Instance Connect Endpoint. A host with another key is refused. */
export function sshArguments(
  { aws }: Cloud,
  { instance }: Login,
  files: { key: string; knownHosts: string },
): string[] {
  const tunnel = ['aws', 'ec2-instance-connect', 'open-tunnel', '--instance-id', instance, ...place(aws)];
  const options = {
    ...{ IdentitiesOnly: 'yes', IdentityFile: files.key },
    ...{ StrictHostKeyChecking: 'yes', UserKnownHostsFile: files.knownHosts, GlobalKnownHostsFile: '/dev/null' },
    ...{ HostKeyAlias: instance, ServerAliveInterval: '15', ProxyCommand: tunnel.join(' ') },
  };
  return [...Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]), `${user}@${instance}`];
}
