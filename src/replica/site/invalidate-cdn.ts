import { UserError } from '../../errors.ts';
import type { Context } from '../../project/context.ts';
import { findMachines, refuseOlder } from '../find.ts';

/** What the replica's CDN keeps below these paths is asked for again, as by an invalidation of CloudFront. Without a CDN that runs there is nothing to do. Throws UserError. */
export async function invalidateCdn(context: Context, paths: readonly string[]): Promise<void> {
  const cdn = (await findMachines(context)).get('cdn');
  if (cdn?.state !== 'running') return; // it begins empty
  const script = '/etc/bootdev/current/roles/cdn/invalidate.sh';
  const { code, stderr } = await context.io.docker.exec(cdn.id, [script, ...paths]);
  refuseOlder({ code }, 'cdn');
  if (code !== 0)
    throw new UserError(`cdn refused to forget ${paths.join(' ')}: ${stderr.trim()}`, { hint: 'bootdev logs cdn' });
}
