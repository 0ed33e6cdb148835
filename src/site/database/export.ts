import { exitCode, UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import { gzipped } from '../../io/data/packed.ts';
import type { Context } from '../../project/context.ts';
import { databaseMachine, dataError } from '../../replica/database/machine.ts';
import { dataTool } from '../../replica/database/site-database.ts';
import { metered } from '../../steps.ts';
import { withoutPersons } from '../sanitise/sanitise.ts';
import { Rules } from './dump/rules.ts';
import { Scanner } from './dump/scanner.ts';

interface ExportOptions {
  /** A path whose .gz says that it is packed, or `-`. */
  to: string;
  /** Without persons: what may leave for another computer (src/site/sanitise/). */
  sanitised: boolean;
  /** To standard output. */
  write: (pieces: AsyncIterable<Buffer>) => Promise<void>;
}

/** The site's data as a dump that any MySQL or MariaDB takes. Throws UserError. */
export async function* exportDump(
  context: Context,
  { to, sanitised, write }: ExportOptions,
): AsyncGenerator<Event, void> {
  const { io, settings } = context;
  const started = io.clock.now();
  const [, ending] = /\.(zst|zip|bz2|xz|7z)$/.exec(to) ?? [];
  if (ending) {
    throw new UserError(`A dump is not written as .${ending} here.`, {
      hint: to.replace(/\.\w+$/, '.gz'),
      code: exitCode.usage,
    });
  }
  if (sanitised && to === '-') {
    throw new UserError(
      'Whether a dump is without persons is known at its end: not in a pipe, which has taken it by then.',
      {
        hint: 'bootdev db export --sanitised FILE',
        code: exitCode.usage,
      },
    );
  }
  yield { type: 'begin', verb: 'db export', project: settings.site.name };
  const id = await databaseMachine(context);
  // A file appears when it is whole.
  yield* metered({ id: 'export', text: to === '-' ? 'export' : to }, (count) => {
    const dump = portable(context, id, count);
    const pieces = sanitised ? withoutPersons(context, dump) : dump;
    if (to === '-') return write(pieces);
    return io.files.writeWhole(to, to.endsWith('.gz') ? gzipped(pieces) : pieces, 0o600);
  });
  if (to !== '-') yield { type: 'done', text: `Exported to ${to}`, seconds: (io.clock.now() - started) / 1000 };
}

/** Without owners that no other server has. Throws UserError where the dump is not whole. */
async function* portable(
  { io, settings, signal }: Context,
  id: string,
  count: (bytes: number) => void,
): AsyncGenerator<Buffer, void> {
  const rules = new Rules(settings.database.engine);
  const scanner = new Scanner(rules, { keepComments: true });
  const dump = io.stream('docker', ['exec', id, dataTool, 'export'], { signal });
  for (;;) {
    const next = await dump.next();
    if (next.done) {
      const { exitCode: code, stderr } = next.value;
      if (code !== 0) throw dataError({ code, stderr, stdout: '' });
      break;
    }
    count(next.value.length);
    yield Buffer.concat(scanner.push(next.value));
  }
  yield Buffer.concat(scanner.end());
  if (!rules.found.ends)
    throw new UserError('The export ended too early.', { hint: `bootdev logs ${settings.database.engine}` });
}
