import { get } from 'node:https';
import type { TLSSocket } from 'node:tls';

export interface Seen {
  status: number;
  /** Until when the certificate holds. */
  until: Date;
}

/**
 * A request to 127.0.0.1, as a visitor of `name` sends it; undefined when no answer comes within 2 s. Whose certificate it is is not
 * asked: this computer need not trust the replica's CA.
 */
export function askHttps({ port, name, path }: { port: number; name: string; path: string }) {
  return new Promise<Seen | undefined>((resolve) => {
    const options = { host: '127.0.0.1', port, path, servername: name, headers: { host: `${name}:${port}` } };
    const asked = get({ ...options, agent: false, rejectUnauthorized: false, timeout: 2_000 }, (answer) => {
      const { valid_to } = (answer.socket as TLSSocket).getPeerCertificate();
      resolve({ status: answer.statusCode ?? 0, until: new Date(valid_to) });
      answer.resume();
    });
    asked.on('timeout', () => asked.destroy()).on('close', () => resolve(undefined));
    asked.on('error', () => resolve(undefined));
  });
}
