import { z } from 'zod';
import { readText, writeWhole } from '../io/files.ts';

/** What bootdev remembers of one replica between commands. Losing it costs speed and port numbers, never data. */
export interface State {
  ports: Partial<Record<PortName, number>>;
  /** Where each address was first, and belongs; `ports` is where it is now. */
  homePorts?: Partial<Record<PortName, number>>;
  /** Where images come from: decided once. */
  images?: 'registry' | 'packages';
  /** sha256 over what compose was last asked for; equal: compose has nothing to do. */
  shape?: string;
  /** sha256 over the empty folders that the volumes were given with the code; undefined: there were none. */
  emptyFolders?: string | undefined;
  /** The code of which the application's caches were made: a release's digest, or `live`; undefined: not known. */
  cachesOf?: string;
  /** `bootdev scale`: this many web machines for as long as the settings say `from`. */
  scale?: { web: number; from: number } | undefined;
  /** How many there were before the last `bootdev scale`, and when that was: milliseconds since 1970. */
  scaled?: { web: number; at: number } | undefined;
  /** `bootdev xdebug on`. */
  xdebug?: true | undefined;
  /** Whether this engine can run GlusterFS: yes, or why not (then files are on a plain volume). Decided once. */
  gluster?: string;
  /** Whether its kernel has IPVS, for balancer.kind lvs: yes, or why not (then haproxy distributes). Asked at each up. */
  ipvs?: string;
  /** What the last `up` was told beside the files, `name=value` each. */
  told?: string[] | undefined;
  /** The site's database, where an import has made it another one (src/site/database). The machine itself knows it too. */
  database?: DatabaseName | undefined;
  /** The release of code.git that the replica is to serve (src/project/release/deployed.ts). */
  deployed?: string | undefined;
  /** Root digest that was last applied and healthy on every machine. */
  rehearsed?: string;
  /** Seconds that the last full start took. */
  lastSeconds?: number;
}

/** An import goes into one that is neither the site's nor the one before it. */
export const databaseNames = ['site', 'site2', 'site3'] as const;
export type DatabaseName = (typeof databaseNames)[number];

export type PortName = 'https' | 'http' | 's3' | 'mail';

/** What a file of any content says, as far as it can be right; the rest is decided again. */
const ports = z.partialRecord(z.enum(['https', 'http', 's3', 'mail']), z.int().min(1).max(65_535));

const schema = z.object({
  ports: ports.catch({}),
  homePorts: ports.optional().catch(undefined),
  images: z.enum(['registry', 'packages']).optional().catch(undefined),
  shape: digest(),
  emptyFolders: digest(),
  cachesOf: z
    .string()
    .regex(/^(?:live|[0-9a-f]{64})$/)
    .optional()
    .catch(undefined),
  scale: z
    .object({ web: z.int().min(1).max(6), from: z.int().min(1).max(6) })
    .optional()
    .catch(undefined),
  scaled: z
    .object({ web: z.int().min(1).max(6), at: z.number() })
    .optional()
    .catch(undefined),
  xdebug: z.literal(true).optional().catch(undefined),
  gluster: z
    .string()
    .max(500)
    .regex(/^\P{Cc}*$/u)
    .optional()
    .catch(undefined),
  ipvs: z
    .string()
    .max(500)
    .regex(/^\P{Cc}*$/u)
    .optional()
    .catch(undefined),
  told: z
    .array(
      z
        .string()
        .max(2000)
        .regex(/^[\w.]+=\P{Cc}*$/u),
    )
    .max(100)
    .optional()
    .catch(undefined),
  database: z.enum(databaseNames).optional().catch(undefined),
  deployed: z
    .string()
    .regex(/^\d{8}-\d{6}-[0-9a-f]{7}$/)
    .optional()
    .catch(undefined),
  rehearsed: digest(),
  lastSeconds: z.number().min(0).max(1e6).optional().catch(undefined),
});

function digest() {
  return z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional()
    .catch(undefined);
}

export async function readState(file: string): Promise<State> {
  const text = await readText(file);
  try {
    const { data } = schema.safeParse(JSON.parse(text ?? '{}'));
    const known = Object.entries(data ?? {}).filter(([, value]) => value !== undefined);
    return { ports: {}, ...Object.fromEntries(known) };
  } catch {
    return { ports: {} };
  }
}

export const writeState = (file: string, state: State) => writeWhole(file, `${JSON.stringify(state, null, 2)}\n`);
