import { openReplica, showEvent } from '../call.ts';
import type { Command } from '../command.ts';

export const releases: Command = {
  name: 'releases',
  description: 'List the releases that bootdev deploy has made',

  async run(call) {
    const { readReleases } = await import('../../site/deploy/records.ts');
    await showEvent({ type: 'releases', releases: await readReleases(await openReplica(call)) }, call);
  },
};
