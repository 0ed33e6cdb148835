import { randomBytes } from 'node:crypto';
import { exitCode, UserError } from '../../errors.ts';
import type { Context } from '../../project/context.ts';
import { isInteractive } from '../../screen/mode.ts';
import { type Call, openReplica, show, showEvent } from '../call.ts';
import type { Command } from '../command.ts';
import { withFlags } from '../usage.ts';

interface SiteFlags {
  title?: string;
  adminUser?: string;
  adminMail?: string;
  passwordStdin?: boolean;
}

export const site: Command<SiteFlags> = {
  name: 'site',
  description: 'Install the application in its empty database',
  arguments: { '<action>': 'What to do: install' },
  options: {
    '--title <title>': 'Title of the site (default: site.name)',
    '--admin-user <name>': 'Its first user (default: admin)',
    '--admin-mail <address>': "That user's address (default: admin@<site.domain>)",
    '--password-stdin': "Read that user's password from standard input; else one is made and shown once",
  },

  async run(call) {
    const [action] = call.args;
    if (action !== 'install') {
      throw new UserError(`"${action}" is not something that bootdev does to a site.`, {
        hint: 'bootdev site install',
        code: exitCode.usage,
      });
    }
    const { adminUser: user = 'admin' } = call.flags;
    const password = await passwordOf(call);
    const context = await openReplica(call);
    const { settings } = context;
    const asked = { user, password, title: call.flags.title ?? settings.site.name, mail: await mailOf(call, context) };
    for (const [name, value] of Object.entries(asked)) refuseUnlessLine(name, value);
    const verb = await import('../../replica/site/install.ts');
    await show(verb.installSite(context, asked), call);
    if (call.flags.passwordStdin) return;
    await showEvent({ type: 'done', text: `user      ${user}\npassword  ${password}   (shown this once)` }, call);
  },
};

/** Made here only where a person sees it: a log would keep it. */
async function passwordOf(call: Call<SiteFlags>): Promise<string> {
  if (call.flags.passwordStdin) {
    const { readInput } = await import('../../io/terminal.ts');
    return (await readInput()).replace(/\r?\n$/, '');
  }
  if (isInteractive({ json: call.flags.json })) return randomBytes(15).toString('base64url');
  throw new UserError('A password is shown on a terminal only.', {
    hint: `${withFlags(call.line, ['--password-stdin'])}, with one on standard input`,
    code: exitCode.usage,
  });
}

async function mailOf({ flags: { adminMail } }: Call<SiteFlags>, { settings }: Context): Promise<string> {
  if (adminMail === undefined) return `admin@${settings.site.domain}`;
  const { mailAddress } = await import('../../settings/kinds.ts');
  if (mailAddress().safeParse(adminMail).success) return adminMail;
  throw new UserError(`"${adminMail}" is not a mail address.`, { code: exitCode.usage });
}

function refuseUnlessLine(name: string, value: string): void {
  if (/^\P{Cc}*\S\P{Cc}*$/u.test(value)) return;
  throw new UserError(`The ${name} must be one line, and not empty.`, {
    hint: 'bootdev help site',
    code: exitCode.usage,
  });
}
