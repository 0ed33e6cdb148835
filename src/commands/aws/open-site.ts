import type { Cloud } from '../../cloud/cloud.ts';
import type { Door } from '../../cloud/open-site.ts';
import { exitCode, UserError } from '../../errors.ts';
import { isInteractive } from '../../screen/mode.ts';
import { type Call, show, showEvent } from '../call.ts';
import type { Command } from '../command.ts';
import { type ConfirmFlags, confirm, yesOption } from '../confirm.ts';
import { adoptOption, type CloudFlags, openCloud } from './open-cloud.ts';

interface OpenSiteFlags extends CloudFlags, ConfirmFlags {
  unseen?: boolean;
  address?: boolean;
  newKey?: boolean;
}

export const openSite: Command<OpenSiteFlags> = {
  name: 'open-site',
  description: 'Let visitors see the site on AWS, or close it',
  options: {
    '--address': 'Only print the address with the key, by which you see the closed site',
    '--new-key': 'Close it, by another key that this computer keeps',
    '--unseen': 'Open it whatever its front page is',
    ...yesOption,
    ...adoptOption,
  },

  async run(call) {
    const { address, newKey, unseen } = call.flags;
    const { cloud } = await openCloud(call);
    const verb = await import('../../cloud/open-site.ts');
    const door = await verb.findDoor(cloud);
    if (newKey) {
      await confirm(call, { text: `Close ${door.url} to visitors, by another key?` });
      return show(verb.closeDoor(cloud, door), call);
    }
    if (!door.closedBy) {
      await showEvent({ type: 'done', text: `${door.url} is open.` }, call);
      return exitCode.done;
    }
    if (address) {
      process.stdout.write(`${await verb.addressWithKey(cloud, door)}\n`);
      return exitCode.done;
    }
    if (!unseen) refuseUnlessSite(await show(verb.readFront(cloud, door), call));
    await confirm(call, { text: `Open ${door.url} to everybody?` });
    return show(verb.openDoor(cloud, door), call);
  },
};

function refuseUnlessSite(wrong: string | undefined): void {
  if (wrong === undefined) return;
  throw new UserError(`The site stays closed: ${wrong}.`, {
    hint: 'bootdev open-site --address shows it to you; --unseen opens it all the same, also to whoever would install it',
  });
}

/** At the end of a promote: the way in, where only a person reads it. */
export async function showWayIn(cloud: Cloud, call: Call): Promise<void> {
  const verb = await import('../../cloud/open-site.ts');
  const door: Door = await verb.findDoor(cloud);
  if (!door.closedBy) return;
  await showEvent(
    {
      ...{ type: 'notice', level: 'warning', text: `${door.url} is closed: visitors get a page and 503.` },
      hint: 'bootdev open-site   (when its data is there)',
    },
    call,
  );
  const way = isInteractive({ json: call.flags.json })
    ? await verb.addressWithKey(cloud, door).catch(() => undefined)
    : undefined;
  await showEvent(
    { type: 'done', text: way ? `see it, with the key: ${way}` : 'see it: bootdev open-site --address' },
    call,
  );
}
