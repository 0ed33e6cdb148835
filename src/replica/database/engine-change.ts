import { UserError } from '../../errors.ts';
import type { Context } from '../../project/context.ts';

/** A database by its volume's name: `mysql-9.7`. Another server, or another series of the same, must not open it. */
interface Database {
  engine: keyof typeof engineNames;
  series: string;
}

export const engineNames = { mysql: 'MySQL', mariadb: 'MariaDB' } as const;

/**
 * Throws UserError where the replica's data is another server's than the settings ask for; its hint is the way to move the data,
 * whose third step is `up --new-database`: an empty database beside the old one, which nothing here ever deletes.
 */
export async function refuseEngineChange({ io, project, settings, sources }: Context): Promise<void> {
  const { engine } = settings.database;
  const desired = { engine, series: seriesOf(engine, sources.docker.get('versions.env')?.toString() ?? '') };
  const { queryCache } = settings.database;
  const refusal = engineChange(await io.docker.volumes(project), desired, project, queryCache);
  if (refusal) throw refusal;
}

/** `volumes`: names as the compose files have them. Undefined: nothing to refuse. Where both are there, the data was moved before. */
export function engineChange(
  volumes: readonly string[],
  desired: Database,
  project: string,
  queryCache = 0,
): UserError | undefined {
  const there = volumes.map(databaseOf).filter((it) => it !== undefined);
  const old = there[0];
  if (!old || there.some((it) => volumeOf(it) === volumeOf(desired))) return undefined;
  const message = `The data here is ${inWords(old)}'s (volume ${volumeOf(old)}); the settings ask for ${inWords(desired)} (volume ${volumeOf(desired)}), which must not open it. Nothing was changed.`;
  return new UserError(message, { hint: way(old, desired, { project, queryCache }) });
}

function way(
  old: Database,
  desired: Database,
  { project, queryCache }: { project: string; queryCache: number },
): string {
  const changed = old.engine !== desired.engine;
  // MySQL refuses MariaDB's cache.
  const asBefore = `--set database.engine=${old.engine}${queryCache > 0 ? ' --set database.queryCache=0' : ''}`;
  const steps = [
    changed ? `bootdev up ${asBefore}` : 'bootdev up                  # with the earlier version of bootdev',
    'bootdev db export site.sql.gz',
    `bootdev up --new-database${changed ? '' : '   # with this one'}`,
    'bootdev db import site.sql.gz --yes',
    // Not before: what the dump lacks is still there.
    `docker volume rm ${project}_${volumeOf(old)}   # when nothing is missing`,
  ];
  const back = changed ? `database.engine: ${old.engine}` : 'the earlier version of bootdev';
  return `keep it with ${back}, or move the data:${steps.map((step) => `\n      ${step}`).join('')}`;
}

const volumeOf = ({ engine, series }: Database) => `${engine}-${series}`;
const inWords = ({ engine, series }: Database) => `${engineNames[engine]} ${series}`;

function databaseOf(volume: string): Database | undefined {
  const [, engine, series] = /^(mysql|mariadb)-(.+)$/.exec(volume) ?? [];
  return engine && series ? { engine: engine as Database['engine'], series } : undefined;
}

/** As docker/versions.env pins it. */
export function seriesOf(engine: Database['engine'], versions: string): string {
  return new RegExp(`^${engine.toUpperCase()}_SERIES=(.+)$`, 'm').exec(versions)?.[1] ?? '';
}
