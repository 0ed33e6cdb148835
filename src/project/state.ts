import { readText, writeWhole } from '../io/files.ts';

/** What bootdev remembers of one replica between commands. Losing it costs speed and port numbers, never data. */
export interface State {
  ports: Partial<Record<PortName, number>>;
  /** Where images come from: decided once. */
  images?: 'registry' | 'packages';
  /** sha256 over what compose was last asked for; equal: compose has nothing to do. */
  shape?: string;
  /** `bootdev scale`: this many web machines for as long as the settings say `from`. */
  scale?: { web: number; from: number };
  /** Whether this engine can run GlusterFS: yes, or why not (then files are on a plain volume). Decided once. */
  gluster?: string;
  /** Root digest that was last applied and healthy on every machine. */
  rehearsed?: string;
  /** Seconds that the last full start took. */
  lastSeconds?: number;
}

export type PortName = 'https' | 'http' | 's3' | 'mail';

export async function readState(file: string): Promise<State> {
  const text = await readText(file);
  try {
    return { ports: {}, ...(text ? (JSON.parse(text) as Partial<State>) : {}) };
  } catch {
    return { ports: {} };
  }
}

export const writeState = (file: string, state: State) => writeWhole(file, `${JSON.stringify(state, null, 2)}\n`);
