/** The last thing that was done to this replica, and its way back. */
import { exitCode, UserError } from '../errors.ts';
import type { Event } from '../events.ts';
import type { Context } from '../project/context.ts';
import { findMachines } from '../replica/find.ts';
import { scale } from '../replica/scale.ts';
import { putBack, type WayBack, wayBack } from '../replica/up/configuration.ts';
import { up } from '../replica/up/up.ts';
import { lastOfData, undoData } from './database/undo.ts';

interface Deed {
  what: 'up' | 'scale' | 'import' | 'restore';
  /** Milliseconds since 1970. */
  at: number;
  /** What is asked before. */
  question: string;
  undo: () => AsyncGenerator<Event, void>;
}

/** `reopen`: the project as its files are then. Throws UserError where nothing of `what`, or nothing at all, can be undone. */
export async function lastDone(context: Context, what: string | undefined, reopen: Reopen): Promise<Deed> {
  const deeds = [await ofFiles(context, reopen), ofScale(context), await ofData(context)].filter(
    (it) => it !== undefined,
  );
  const [last] = deeds.filter((deed) => !what || deed.what === what).sort((one, other) => other.at - one.at);
  if (last) return last;
  const others = deeds.map((deed) => `bootdev undo ${deed.what}`).join(', ');
  throw new UserError(`There is nothing to undo${what ? ` of that kind: ${what}` : ''}.`, {
    hint: others || 'bootdev db list   (snapshots of the data)',
    code: exitCode.usage,
  });
}

type Reopen = () => Promise<Context>;

async function ofFiles(context: Context, reopen: Reopen): Promise<Deed | undefined> {
  const way = await wayBack(context);
  if (!way) return undefined;
  const { name } = context.settings.site;
  return {
    what: 'up',
    at: way.at,
    question: `Put back ${listed(way.names)} of ${name}, as ${way.names.length > 1 ? 'they were' : 'it was'} ${when(way.to.at)}?`,
    undo: () => undoFiles(context, way, reopen),
  };
}

async function* undoFiles(context: Context, way: WayBack, reopen: Reopen): AsyncGenerator<Event, void> {
  await putBack(context, way);
  await context.saveState({ told: way.to.told });
  yield* up(await reopen());
  yield {
    type: 'done',
    text: 'The settings are as they were before; bootdev undo: the other way round. The code is as it is in its folder.',
  };
}

function ofScale(context: Context): Deed | undefined {
  const { scaled } = context.state;
  if (!scaled || scaled.web === context.settings.web.count) return undefined;
  const machines = scaled.web === 1 ? '1 web machine' : `${scaled.web} web machines`;
  return {
    what: 'scale',
    at: scaled.at,
    question: `Back to ${machines} of ${context.settings.site.name}?`,
    undo: () => scale(context, { web: scaled.web }),
  };
}

/** Only where its machine runs: it is the one who knows. */
async function ofData(context: Context): Promise<Deed | undefined> {
  const machine = (await findMachines(context)).get(context.settings.database.engine);
  if (machine?.state !== 'running') return undefined;
  const last = await lastOfData(context);
  return (
    last && {
      ...{ what: last.what, at: last.at },
      question: `Undo the last ${last.what} of ${context.settings.site.name}?`,
      undo: () => undoData(context, last),
    }
  );
}

const listed = (names: readonly string[]) =>
  names.length > 4 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');

/** 'on 3 May at 14:03' */
function when(at: number): string {
  const date = new Date(at);
  const day = date.toLocaleDateString('en-GB', { day: 'numeric', month: 'long' });
  return `on ${day} at ${date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })}`;
}
