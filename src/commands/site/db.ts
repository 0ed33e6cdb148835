import { resolve } from 'node:path';
import { exitCode, UserError } from '../../errors.ts';
import { type Call, openReplica, show, showEvent } from '../call.ts';
import type { Command } from '../command.ts';
import { type ConfirmFlags, confirm, requireAnswer, yesOption } from '../confirm.ts';

type Flags = ConfirmFlags & { snapshot?: boolean; sanitised?: boolean; password?: boolean };
type Action = (call: Call<Flags>, name: string | undefined) => Promise<unknown>;

export const db: Command<Flags> = {
  name: 'db',
  description: 'Import, export, snapshot the database, and more',
  arguments: {
    '<action>': 'What to do: import, export, snapshot, restore, list, delete, replace, shell or url',
    '[name]': 'Of the file (- is standard input or output), or of the snapshot; or the address to replace',
  },
  options: {
    '--sanitised': 'Export without persons: mails, names, passwords, sessions, orders, keys',
    '--no-snapshot': 'Import without a snapshot of what is there',
    '--password': 'Show the password in the address (url)',
    ...yesOption,
  },

  async run(call) {
    const [action = '', name] = call.args;
    const run = Object.hasOwn(actions, action) ? actions[action] : undefined;
    if (run) return run(call, name);
    throw new UserError(`"${action}" is not something that bootdev does to a database.`, {
      hint: `bootdev db ${Object.keys(actions).join(' | ')}`,
      code: exitCode.usage,
    });
  },
};

const actions: Record<string, Action> = {
  async import(call, name = '-') {
    requireAnswer(call);
    const context = await openReplica(call);
    const { name: site } = context.settings.site;
    await confirm(call, { text: `Replace the data of ${site} with ${name === '-' ? 'standard input' : name}?` });
    const verb = await import('../../site/database/import.ts');
    const { snapshot = true } = call.flags;
    await show(verb.importDump(context, { from: name === '-' ? name : resolve(name), snapshot }), call);
  },

  async export(call, name = '-') {
    const context = await openReplica(call);
    const verb = await import('../../site/database/export.ts');
    const { writeOutput: write } = await import('../../io/terminal.ts');
    const { sanitised = false } = call.flags;
    await show(verb.exportDump(context, { to: name === '-' ? name : resolve(name), sanitised, write }), call);
  },

  async snapshot(call, name) {
    const context = await openReplica(call);
    const verb = await import('../../site/database/snapshots.ts');
    await show(verb.takeSnapshot(context, name), call);
  },

  async restore(call, name) {
    requireAnswer(call);
    const context = await openReplica(call);
    const verb = await import('../../site/database/snapshots.ts');
    const chosen = name ?? (await verb.listSnapshots(context)).find(({ automatic }) => !automatic)?.name;
    if (!chosen) throw new UserError('There is no snapshot.', { hint: 'bootdev db snapshot', code: exitCode.usage });
    const { name: site } = context.settings.site;
    await confirm(call, { text: `Replace the data of ${site} with the snapshot ${chosen}?` });
    await show(verb.restoreSnapshot(context, chosen), call);
  },

  async list(call) {
    const context = await openReplica(call);
    const verb = await import('../../site/database/snapshots.ts');
    await showEvent({ type: 'snapshots', snapshots: await verb.listSnapshots(context) }, call);
  },

  async replace(call, old) {
    const context = await openReplica(call);
    const verb = await import('../../site/database/replace.ts');
    await show(verb.replaceAddress(context, old), call);
  },

  async shell(call) {
    const { isInteractive } = await import('../../screen/mode.ts');
    const verb = await import('../../site/database/client.ts');
    return verb.shell(await openReplica(call), { tty: isInteractive() });
  },

  async url(call) {
    const verb = await import('../../site/database/client.ts');
    const { password = false } = call.flags;
    await show(verb.url(await openReplica(call), { password }), call);
  },

  async delete(call, name) {
    if (!name) throw new UserError('Which snapshot?', { hint: 'bootdev db list', code: exitCode.usage });
    requireAnswer(call);
    const context = await openReplica(call);
    await confirm(call, { text: `Delete the snapshot ${name}?` });
    const verb = await import('../../site/database/snapshots.ts');
    await show(verb.deleteSnapshot(context, name), call);
  },
};
