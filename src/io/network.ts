/** This computer's own network: what is free on it, and what answers there. */
import { get } from 'node:https';
import { createServer } from 'node:net';
import type { TLSSocket } from 'node:tls';

/** Whether a TCP port of 127.0.0.1 can be bound now. */
export function portIsFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

export interface Answer {
  status: number;
  /** Until when the certificate is valid. */
  until: Date;
}

/**
 * A request to 127.0.0.1, as a visitor of `name` sends it; undefined when no answer comes within 2 s. The certificate is not
 * verified: this computer need not trust the replica's CA.
 */
export function askHttps({ port, name, path }: { port: number; name: string; path: string }) {
  return new Promise<Answer | undefined>((resolve) => {
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
