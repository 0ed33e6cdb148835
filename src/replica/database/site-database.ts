import type { Container, ExecResult } from '../../io/docker.ts';
import type { Context } from '../../project/context.ts';
import { type DatabaseName, databaseNames } from '../../project/state.ts';

/** The program of a database machine for what is done with the site's data. */
export const dataTool = '/etc/bootdev/current/roles/database/data.sh';

/**
 * Which of its databases is the site's: as the machine says where it runs, since a snapshot that was restored may have brought another
 * answer; else as it was the last time. Undefined: the first one.
 */
export async function siteDatabase(
  context: Context,
  containers: ReadonlyMap<string, Container>,
): Promise<DatabaseName | undefined> {
  const { state, io, settings } = context;
  const machine = containers.get(settings.database.engine);
  if (machine?.state !== 'running') return state.database;
  const said = await io.docker.exec(machine.id, [dataTool, 'active']).catch((): undefined => undefined);
  const name = nameIn(said);
  if (name && name !== (state.database ?? 'site')) await context.saveState({ database: name });
  return state.database;
}

/** An older bundle's machine has no such program. */
function nameIn(said: ExecResult | undefined): DatabaseName | undefined {
  const [name] = said?.code === 0 ? said.stdout.trim().split(' ') : [];
  return databaseNames.find((each) => each === name);
}
