/** Instance types for each `size`, in the replica's architecture: today's classes for those of 2014. Pure. */
import type { Size } from '../../machines/capacity.ts';
import type { Settings } from '../../settings/schema.ts';

export type Architecture = 'amd64' | 'arm64';

export interface Instances {
  web: string;
  admin: string;
  search: string;
  files: string;
  arbiter: string;
  database: string;
  cache: string;
}

/** {t} is the burstable family, {m} the general one. */
const bySize: Record<Settings['size'], Instances> = {
  small: {
    ...{ web: '{t}.small', admin: '{t}.small', search: '{t}.small', files: '{t}.small', arbiter: '{t}.micro' },
    ...{ database: 'db.t4g.small', cache: 'cache.t4g.micro' },
  },
  medium: {
    ...{ web: '{m}.large', admin: '{t}.small', search: '{t}.medium', files: '{t}.small', arbiter: '{t}.micro' },
    ...{ database: 'db.m7g.large', cache: 'cache.t4g.medium' },
  },
  large: {
    ...{ web: '{m}.xlarge', admin: '{t}.medium', search: '{m}.large', files: '{t}.medium', arbiter: '{t}.micro' },
    ...{ database: 'db.m7g.xlarge', cache: 'cache.m7g.large' },
  },
};

const family: Record<Architecture, { t: string; m: string }> = {
  amd64: { t: 't3', m: 'm7i' },
  arm64: { t: 't4g', m: 'm7g' },
};

export function instances(settings: Settings, architecture: Architecture): Instances {
  const preset = bySize[settings.size];
  const of = (name: string) => name.replace(/\{(t|m)\}/, (_, letter: 't' | 'm') => family[architecture][letter]);
  return {
    web: settings.aws.webInstance || of(preset.web),
    admin: settings.aws.adminInstance || of(preset.admin),
    search: settings.aws.searchInstance || of(preset.search),
    files: settings.aws.filesInstance || of(preset.files),
    arbiter: settings.aws.arbiterInstance || of(preset.arbiter),
    database: settings.aws.databaseClass || preset.database,
    cache: settings.aws.cacheNode || preset.cache,
  };
}

/** The EC2 type behind a database class or cache node type. */
export const instanceOf = (type: string) => type.replace(/^(?:db|cache)\./, '');

/** Monitoring, backups, the agent: what RDS runs beside the server, in MB. Its own default for the buffer pool leaves room for it too. */
const besideDatabase = 300;

/**
 * MB that programs can use: firmware and kernel keep about a twentieth of the nominal size (measured: 7.6 of 8 GB, 1.9 of 2 GB are left),
 * and Debian's own services 64 MB. A container of the replica has neither.
 */
export const usable = ({ memory, cpus }: Size, { database = false } = {}): Size => ({
  memory: Math.floor(memory * 0.95) - 64 - (database ? besideDatabase : 0),
  cpus,
});

/** Fewest and most web machines; the most is at least one more, so that a rolling update has room. */
export function webCounts(settings: Settings): { min: number; max: number } {
  const min = settings.aws.webMin || settings.web.count;
  return { min, max: Math.max(settings.aws.webMax || 2 * min, min + 1) };
}
