import { baseTag } from '../images/base-image.ts';
import { type Check, gigabyte, inGigabytes } from './check.ts';
import { dockerInfo, hasImage } from './docker.ts';

/** All images of a replica and what their build leaves in its cache, measured; once they are there, only data grows. */
const forImages = 5 * gigabyte;
const forData = gigabyte / 2;

export const disk: Check = {
  id: 'disk',
  title: 'Disk',
  async look(host, signal) {
    const folder = (await dockerInfo(host, signal))?.DockerRootDir ?? '/var/lib/docker';
    const free =
      (await host.freeSpace(folder)) ?? (host.platform === 'linux' ? await host.freeSpace('/var/lib') : undefined);
    if (free === undefined)
      return { state: 'ok', text: "Docker's disk is not on this machine, so it was not measured" };
    const needed = (await hasImage(host, baseTag, signal)) ? forData : forImages;
    if (free >= needed) return { state: 'ok', text: `${inGigabytes(free)} free` };
    return {
      state: 'fail',
      text: `${inGigabytes(free)} free, ${inGigabytes(needed)} needed in ${folder}`,
      // Never automatic: what is unused now may be another project's tomorrow.
      remedy: { commands: ['docker system df', 'docker builder prune', 'docker image prune'], automatic: false },
    };
  },
};
