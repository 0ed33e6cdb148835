/** Before the tests of the project `instance`: can containers of this machine stand for instances? It is tried, with all that the tests ask of it. */
import { execa } from 'execa';
import type { TestProject } from 'vitest/node';
import { newDisk } from './disk.ts';
import { type Cloud, fuse, newCloud } from './instances.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Why there can be no instances here; '': they can. */
    impossible: string;
  }
}

export default async function possible(project: TestProject) {
  project.provide('impossible', (await whyNot()) ?? '');
}

async function whyNot(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return "only root may make the loop devices that are an instance's disks";
  for (const program of ['losetup', 'openssl'])
    if ((await execa(program, ['--help'], { reject: false })).code === 'ENOENT') return `${program} is not installed`;
  const cloud = await newCloud('cache');
  try {
    return await tried(cloud);
  } finally {
    await cloud.remove();
  }
}

/** An instance with systemd up, a disk that it mounts, and FUSE. */
async function tried(cloud: Cloud): Promise<string | undefined> {
  const volume = 'vol-0';
  let what = 'a loop device';
  let disk: Awaited<ReturnType<typeof newDisk>> | undefined;
  try {
    disk = await newDisk(volume);
    what = 'a container with /dev/fuse and the right to mount';
    const instance = await cloud.launch('possible', [...fuse, ...disk.options]);
    what = 'systemd in a container';
    await instance.up();
    what = 'a disk mounted in a container';
    await disk.attach(instance, async () => true);
    await instance.exec('sh', '-ec', 'mkfs.ext4 -q /dev/disk/by-id/* && mount /dev/disk/by-id/* /mnt');
    await instance.exec('umount', '/mnt');
  } catch (error) {
    const said = (error as Error).message.trim().split('\n').at(-1);
    return `${what} is not to be had here: ${said}`;
  } finally {
    await disk?.remove();
  }
}
