import type { Host } from '../host/host.ts';

export interface Finding {
  state: 'ok' | 'warn' | 'fail';
  /** One plain sentence without its full stop. */
  text: string;
  remedy?: Remedy;
}

export interface Remedy {
  /** Lines of sh: what is shown is what is run. */
  commands: string[];
  /** Whether `doctor --fix` may run them on this machine; if not, they are for the user to type. */
  automatic: boolean;
}

export interface Check {
  id: string;
  title: string;
  look(host: Host, signal?: AbortSignal): Promise<Finding>;
}

export const gigabyte = 2 ** 30;
export const inGigabytes = (bytes: number) => `${(bytes / gigabyte).toFixed(1)} GB`;

/** Compares the leading numbers of versions: '20.10.24+dfsg1', 'v2.26.1-4'. */
export function atLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [, a, b] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  return a !== undefined && (Number(a) > major || (Number(a) === major && Number(b) >= minor));
}
