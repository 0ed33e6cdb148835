import { sanitiseRules } from '../../bundle/sanitise-rules.ts';
import { UserError } from '../../errors.ts';
import { readApplication } from '../../project/applications.ts';
import type { Context } from '../../project/context.ts';
import { findRunning, refuseOlder } from '../../replica/find.ts';
import { type Leak, LeakScanner } from './scan.ts';

/** docker/roles/php-cli; whole, since an image of an older bootdev has no link to it. */
const program = '/etc/bootdev/current/usr/local/bin/sanitise-dump';

/**
 * A dump as it passes by, without persons, and the proof: what comes out is looked through by somebody who does not know the rules. Throws
 * UserError at the end where something was found; so nobody may use the pieces before all of them are there.
 */
export async function* withoutPersons(context: Context, dump: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  const { io, signal, settings, sources } = context;
  const { container } = await findRunning(context, 'admin');
  const rules = JSON.stringify(sanitiseRules(readApplication(settings.application, sources.docker)));
  const command = ['exec', '--interactive', container.id, 'site', program, rules];
  const sanitised = io.stream('docker', command, { pieces: dump, signal });
  const scanner = new LeakScanner();
  for (;;) {
    const next = await sanitised.next();
    if (next.done) {
      const { exitCode, stderr } = next.value;
      refuseOlder({ code: exitCode }, 'admin');
      if (exitCode !== 0) throw new UserError(`The dump cannot be sanitised: ${stderr.trim()}.`);
      break;
    }
    scanner.push(next.value);
    yield next.value;
  }
  const leaks = scanner.end();
  if (leaks.length > 0) {
    const found = leaks.slice(0, 8).map(leakWords).join('\n  ');
    throw new UserError(`After sanitising there is still something of persons, so nothing was exported:\n  ${found}`, {
      hint: 'a fault of bootdev: please report the kind of value; without sanitising: bootdev db export',
    });
  }
}

export const leakWords = ({ table, kind, count }: Leak) =>
  `${table || 'outside of rows'}: ${kind} × ${count.toLocaleString('en')}`;
