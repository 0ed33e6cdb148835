import { openReplica, show } from '../call.ts';
import type { Command } from '../command.ts';
import { type ConfirmFlags, confirm, requireAnswer, yesOption } from '../confirm.ts';
import { deleteLessons } from './down.ts';

export const prune: Command<ConfirmFlags> = {
  name: 'prune',
  description: 'Delete images and packages that nothing uses',
  options: yesOption,

  async run(call) {
    requireAnswer(call);
    const context = await openReplica(call);
    const verb = await import('../../replica/disk.ts');
    const use = await verb.diskUse(context);
    const names = [...use.old.map(({ name }) => name), ...use.oldPackages.map(({ name }) => `packages ${name}`)];
    const list = names.map((name) => `  ${name}\n`).join('');
    if (names.length > 0) await confirm(call, { text: `${list}Delete these ${names.length}?` });
    await show(verb.prune(context, use), call);
    await deleteLessons(context, call);
  },
};
