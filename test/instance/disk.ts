/** A blank EBS volume of that id: a loop device of this computer, which appears in the instance once it has asked for it. */
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { eventually } from '../scenarios/replica.ts';
import type { Instance } from './instances.ts';

export type Disk = Awaited<ReturnType<typeof newDisk>>;

export async function newDisk(volume: string) {
  const folder = await mkdtemp(join(tmpdir(), 'bootdev-disk-'));
  const file = join(folder, 'disk');
  await writeFile(file, '');
  await truncate(file, 256 * 2 ** 20);
  const loop = await execa('losetup', ['--find', '--show', file]).then(
    ({ stdout }) => stdout,
    async (error) => {
      await rm(folder, { recursive: true });
      throw error;
    },
  );
  const place = `/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${volume.replace('-', '')}_1`; // as udev 257 names it
  return {
    /** For `docker create`: block devices of loops may be used. */
    options: ['--device-cgroup-rule', 'b 7:* rmw'],
    /** `asked`: has the instance asked for it? */
    async attach(instance: Instance, asked: () => Promise<boolean>) {
      await eventually(200_000, asked, Boolean);
      const device = `mkdir -p /dev/disk/by-id && mknod ${place} b 7 ${loop.replace('/dev/loop', '')}`;
      await instance.exec('sh', '-c', device);
    },
    async remove() {
      await execa('losetup', ['--detach', loop], { reject: false });
      await rm(folder, { recursive: true });
    },
  };
}
