import { X509Certificate } from 'node:crypto';
import { UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import type { Host } from '../../host/host.ts';
import { trustStore } from '../../host/trust-store.ts';
import type { Context } from '../../project/context.ts';
import { logged, step } from '../../steps.ts';
import { findMachine } from '../find.ts';
import { siteNames, siteUrl } from '../target.ts';

interface TrustOptions {
  /** Remove the CA again. */
  remove?: boolean;
  /** Throws UserError for a no. */
  confirm: (question: string) => Promise<void>;
}

/** Makes this computer trust the replica's CA, or no longer: shows its system's command, asks, runs it. Throws UserError. */
export async function* trust(context: Context, options: TrustOptions): AsyncGenerator<Event, void> {
  const { settings, project: name, paths, signal, host, io } = context;
  const { remove = false, confirm } = options;
  const file = paths.siteCa;
  yield { type: 'begin', verb: 'trust', project: settings.site.name };
  if (!remove) await io.files.writeWhole(file, await authorityOf(context));
  const pem = await io.files.readText(file);
  if (pem === undefined) {
    yield { type: 'done', text: 'This computer was never asked to trust this replica.' };
    return;
  }
  const fingerprint = new X509Certificate(pem).fingerprint.replaceAll(':', '');
  const store = await trustStore(host, { name, file, fingerprint });
  if (!store) {
    throw new UserError('bootdev does not know where this system keeps CAs.', {
      hint: `import it there by hand: ${file}`,
    });
  }
  const command = remove ? store.remove : store.add;
  yield { type: 'notice', level: 'info', text: remove ? 'To trust it no longer:' : 'To trust the CA:', hint: command };
  if (!remove) yield { type: 'notice', level: 'info', text: powers(context) };
  await confirm('Run it now?');
  yield* execute(host, command, signal);
  for (const { program, command } of remove ? [] : store.others) {
    yield { type: 'notice', level: 'info', text: `${program} has its own list of CAs:`, hint: command };
  }
  const url = siteUrl(settings, context.state.ports.https ?? 443);
  yield { type: 'done', text: remove ? 'No longer trusted.' : `Trusted: ${url} (restart a browser that is open)` };
}

function powers({ settings }: Context): string {
  const names = siteNames(settings);
  return `It can sign certificates for ${names.slice(0, -1).join(', ')} and ${names.at(-1)} only; its key never leaves a volume that no machine mounts.`;
}

/** Made by docker/loader/site-certificate; any machine of the site has the public half. */
async function authorityOf(context: Context): Promise<string> {
  const { container } = await findMachine(context, 'admin');
  if (container.state !== 'running') throw new UserError('The replica is not running.', { hint: 'bootdev up' });
  const { code, stdout } = await context.io.docker.exec(container.id, ['cat', '/run/secrets/app/site-ca.pem']);
  if (code !== 0) throw new UserError('The replica has no CA yet.', { hint: 'bootdev up' });
  return stdout;
}

const execute = (host: Host, command: string, signal: AbortSignal) =>
  step({ id: 'trust', text: "change this computer's store" }, async function* () {
    const last: string[] = [];
    const { exitCode: code } = yield* logged('trust', host.follow('sh', ['-euc', command], { signal }), last);
    if (code === 0) return;
    throw new UserError(`The command ended with exit code ${code}.`, { hint: last.slice(-5).join('\n    ') });
  });
