import type { CapacityName } from './target.ts';

/** A machine's size: memory in MB (2^20), CPUs as the kernel counts them. */
export interface Size {
  memory: number;
  cpus: number;
}

/** What is planned for a PHP process, in MB: the settings of these names. */
interface PhpMemory {
  memoryLimit: number;
  childMemory: number;
}

const clamp = (value: number, low: number, high: number) => Math.round(Math.min(Math.max(value, low), high));

/**
 * The one formula for each capacity value, used for the replica's containers and for instances alike.
 * `connections`: how many clients of the database may come at once, as `databaseConnections` has it.
 */
export function capacity(
  size: Size,
  { php, connections }: { php: PhpMemory; connections: number },
): Record<CapacityName, string> {
  return {
    OPCACHE_MB: String(opcache(size)),
    APCU_MB: String(apcu(size)),
    FPM_CHILDREN: String(fpmChildren(size, php)),
    DB_BUFFER_POOL_MB: String(bufferPool(size)),
    // Half of the pages that may be dirty: more writes at once before the server has to stop for them, and a restart after a crash stays
    // a matter of seconds. 128 MB for a toy; from 4 GB on more brings nothing. (RDS's default is 2 GB for every class.)
    DB_REDO_LOG_MB: String(clamp(bufferPool(size) / 2, 128, 4096)),
    // Its tables take 150 MB: a fifth of a small machine, nothing of a class on which RDS has it too.
    DB_PERFORMANCE_SCHEMA: size.memory >= 3500 ? '1' : '0',
    DB_MAX_CONNECTIONS: String(connections),
    // Half for the heap: the index lives in the operating system's cache of the other half.
    SOLR_HEAP_MB: String(clamp(size.memory / 2, 192, 31_000)),
    // memcached's own tables and connection buffers take a sixth.
    MEMCACHED_MB: String(clamp(size.memory * 0.85, 16, 1_000_000)),
  };
}

/**
 * One for each FPM child of every web machine, and some for cron, shells and health checks. `web`: the size of one (undefined: not
 * known); `most`: how many of them there may be.
 */
export function databaseConnections(web: Size | undefined, { most, php }: { most: number; php: PhpMemory }): number {
  return (web ? fpmChildren(web, php) : 0) * most + 30;
}

/** Three quarters on a machine of its own, as RDS does; less where the fixed part of mysqld (≈ 300 MB) weighs more. */
const bufferPool = ({ memory }: Size) => clamp(Math.min(memory * 0.75, memory - 400), 64, 1_000_000);
const opcache = ({ memory }: Size) => clamp(memory / 8, 48, 256);
const apcu = ({ memory }: Size) => clamp(memory / 32, 8, 64);

/** MB planned for one FPM child: what was measured, or a quarter of its limit, which the 95th percentile comes to (RSS lies: opcache is shared). */
export const plannedChild = ({ memoryLimit, childMemory }: PhpMemory) => childMemory || Math.max(memoryLimit / 4, 24);

/** MB of a machine that FPM children can have; `rest`: what everything else takes. */
export const roomForChildren = (size: Size, rest = 64) => size.memory - rest - opcache(size) - apcu(size);

/** As many as the machine has memory for, rounded down, and no more than its CPUs can keep busy. */
function fpmChildren(size: Size, php: PhpMemory): number {
  return clamp(Math.floor(roomForChildren(size) / plannedChild(php)), 2, 16 * size.cpus);
}
