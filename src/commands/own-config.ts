import type { Context } from '../project/context.ts';
import { isInteractive } from '../screen/mode.ts';
import type { Call } from './call.ts';
import { type ConfirmFlags, confirm } from './confirm.ts';
import { withFlags } from './usage.ts';

/** Lines of one file that are shown before the question. */
const most = 60;

/** Shows the files of bootdev/ that came with a clone or a pull, and asks for them once. Throws UserError for a no, and where nobody can be asked. */
export async function confirmOwnConfig(call: Call<ConfirmFlags>, context: Context): Promise<void> {
  const { acceptFiles, notAccepted, toRead, unacceptedFiles } = await import('../project/own-config/accepted.ts');
  const { refuseOwnConfig } = await import('../bundle/own-config/own-config.ts');
  const { own, settings, sources } = context;
  refuseOwnConfig(own, { settings, docker: sources.docker });
  const files = await unacceptedFiles(context);
  if (files.length === 0) return;
  if (!call.flags.yes && !isInteractive({ json: call.flags.json }))
    throw notAccepted(files, withFlags(call.line, ['--yes']));
  const shown = toRead(files)
    .map(({ title, path }) => (path ? `${title}\n${excerpt(own.files.get(path) ?? '')}` : title))
    .join('\n\n');
  await confirm(call, {
    text: `These files came with the folder and configure its machines:\n\n${shown}\n\nUse them?`,
    declined: 'Not accepted, and nothing was changed. Without the folder bootdev/ the site runs as bootdev makes it.',
  });
  await acceptFiles(context);
}

function excerpt(text: string): string {
  const lines = text.trimEnd().split('\n');
  const more = lines.length - most;
  return [...lines.slice(0, most), ...(more > 0 ? [`… and ${more} more lines`] : [])]
    .map((line) => `    ${line}`)
    .join('\n');
}
