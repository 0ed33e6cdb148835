/** Instances as an Auto Scaling group starts them: from the launch template's UserData, on the volume that this names. */
import { type Disk, newDisk } from './disk.ts';
import { type Cloud, type Instance, instanceOf } from './instances.ts';
import { type MachineName, variable } from './templates.ts';

export type Instances = ReturnType<typeof newInstances>;

export function newInstances(cloud: Cloud, userDataOf: (name: MachineName) => Promise<string>) {
  const disks = new Map<string, Disk>();

  return {
    /** `alias`: its name in the network where it claims none. */
    async launch(name: MachineName, alias: string = name, options: string[] = []) {
      const userData = await userDataOf(name);
      const volume = variable(userData, 'VOLUME');
      const disk = volume ? (disks.get(volume) ?? (await newDisk(volume))) : undefined;
      if (disk) disks.set(volume, disk);
      const instance = await cloud.launch(variable(userData, 'NAME') || alias, [...options, ...(disk?.options ?? [])]);
      let ended = false;
      const asked = async () => {
        const id = await instanceOf(instance);
        const heard = (await cloud.heard()).slice(instance.since);
        return ended || heard.some(({ Action, InstanceId }) => Action === 'AttachVolume' && InstanceId === id);
      };
      const booting = instance.boot(userData).finally(() => {
        ended = true;
      });
      const [booted] = await Promise.all([booting, disk?.attach(instance, asked)]);
      return { instance, ...booted };
    },
    /** "WebGroup SUCCESS": what it told CloudFormation. */
    async signals(instance: Instance) {
      const id = await instanceOf(instance);
      return (await cloud.heard())
        .slice(instance.since) // addresses are used again
        .filter(({ Action, UniqueId }) => Action === 'SignalResource' && UniqueId === id)
        .map(({ LogicalResourceId, Status }) => `${LogicalResourceId} ${Status}`);
    },
    async remove() {
      for (const disk of disks.values()) await disk.remove();
    },
  };
}
