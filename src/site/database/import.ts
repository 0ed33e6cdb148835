import { randomBytes } from 'node:crypto';
import { Interrupted, UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import type { Context } from '../../project/context.ts';
import { databaseMachine } from '../../replica/database/machine.ts';
import { dataTool } from '../../replica/database/site-database.ts';
import { snapshotBefore } from '../../replica/database/snapshot.ts';
import { metered } from '../../steps.ts';
import { holdCron } from './cron.ts';
import { Rules } from './dump/rules.ts';
import { Scanner } from './dump/scanner.ts';
import { openDump, type Source } from './dump/source.ts';
import { importError, unchanged } from './import-error.ts';
import { addressOfData } from './replace.ts';
import { followDatabase } from './switch.ts';

interface ImportOptions {
  /** A path, or `-` for standard input. */
  from: string;
  /** Keep a snapshot of what is there now. */
  snapshot?: boolean;
}

/**
 * A dump becomes the site's data, whole or not at all: it goes into a database of its own, and machines use that one when all of it is
 * there. The one before stays until the next import. Until then the site can read, and cron rests. Throws UserError.
 */
export async function* importDump(context: Context, { from, snapshot }: ImportOptions): AsyncGenerator<Event, void> {
  const { io, paths, settings } = context;
  const started = io.clock.now();
  const name = from === '-' ? 'standard input' : from;
  const unlock = await io.takeLock(paths.lock, 'this replica');
  try {
    yield { type: 'begin', verb: 'db import', project: settings.site.name };
    await databaseMachine(context);
    // The dump's beginning says whether it is one at all, before anything else is done.
    const dump = await beginning(context, from, name);
    if (snapshot) yield* snapshotBefore(context, 'import');
    const release = await holdCron(context);
    try {
      const changes = yield* loadDump(context, dump);
      for (const [what, times] of changes)
        yield { type: 'notice', level: 'info', text: times > 1 ? `${what} (${times} times)` : what };
    } finally {
      await release();
    }
  } finally {
    await unlock();
  }
  yield* followDatabase(context, 'the machines use it');
  const elsewhere = await addressOfData(context);
  if (elsewhere) {
    yield {
      type: 'notice',
      level: 'warning',
      text: `The data says that the site is ${elsewhere}: links and pictures lead there.`,
      hint: `bootdev db replace ${elsewhere}`,
    };
  }
  const seconds = (io.clock.now() - started) / 1000;
  yield { type: 'done', text: 'Imported. Back to what was there before: bootdev undo', seconds };
}

interface Dump {
  name: string;
  source: Source;
  meter: { read: number; count: (bytes: number) => void };
}

async function beginning({ signal }: Context, from: string, name: string): Promise<Dump> {
  const meter = {
    read: 0,
    count: (bytes: number) => {
      meter.read += bytes;
    },
  };
  return { name, meter, source: await openDump(from, { name, signal, count: (bytes) => meter.count(bytes) }) };
}

/** What was changed of the dump, in words, with how often. */
type Changes = ReadonlyMap<string, number>;

const loadDump = (context: Context, { name, source, meter }: Dump) =>
  metered({ id: 'import', text: name, total: source.total }, (counted) => {
    counted(meter.read);
    meter.count = counted;
    return takeIn(context, source);
  });

async function takeIn(context: Context, source: Source): Promise<Changes> {
  const { io, settings, signal } = context;
  const { engine } = settings.database;
  const rules = new Rules(engine);
  const nonce = `bootdev${randomBytes(12).toString('hex')}`;
  const pieces = rewritten(source, rules, nonce);
  const command = ['exec', '--interactive', await databaseMachine(context), dataTool, 'import', nonce];
  const ended = await io.run('docker', command, { pieces, signal }).catch((error) => {
    throw error instanceof Interrupted || !(error instanceof UserError) ? error : unchanged(error);
  });
  if (ended.exitCode !== 0) throw importError(ended, rules.found, engine);
  return rules.found.changes;
}

/** What the server gets: the dump's statements by our rules, and a last line that says that all of it arrived. Throws UserError. */
async function* rewritten(source: Source, rules: Rules, nonce: string): AsyncGenerator<Buffer, void> {
  const scanner = new Scanner(rules);
  for await (const piece of source.pieces) yield Buffer.concat(scanner.push(piece));
  yield Buffer.concat(scanner.end());
  const { found } = rules;
  if (found.hasEnd && !found.ends) {
    throw new UserError('The dump has no last line (-- Dump completed): it is not whole.', {
      hint: 'export it again, or copy it again: compare the sizes of both files',
    });
  }
  if (found.tables.size === 0) throw new UserError('There is no table in the dump.', { hint: 'is it the right file?' });
  const counts = found.countable
    ? [found.tables.size, found.views.size, found.triggers.size]
    : ["'unknown'", "'unknown'", "'unknown'"];
  yield Buffer.from(`\nDELIMITER ;\nCOMMIT;\nSELECT '${nonce}', ${counts.join(', ')};\n`);
}
