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
  /** Where a redirect leads. */
  location?: string;
  /** The beginning of the text, at most 64 kB. */
  body: string;
  /** Until when the certificate is valid. */
  until: Date;
}

/** `port`: of 127.0.0.1. `name`: the host that is asked for. `patience`: milliseconds without a byte. */
interface Question {
  port: number;
  name: string;
  path: string;
  patience?: number;
}

const most = 65_536;

/**
 * A request to this computer, as a visitor sends it; undefined when no answer comes in time. The certificate is not verified: this
 * computer need not trust the replica's CA.
 */
export function askHttps({ port, name, path, patience = 2_000 }: Question) {
  return new Promise<Answer | undefined>((resolve) => {
    const options = { host: '127.0.0.1', port, path, servername: name, headers: { host: `${name}:${port}` } };
    const asked = get({ ...options, agent: false, rejectUnauthorized: false, timeout: patience }, (answer) => {
      const { valid_to } = (answer.socket as TLSSocket).getPeerCertificate();
      const { statusCode: status = 0, headers } = answer;
      const known = { status, until: new Date(valid_to), ...(headers.location ? { location: headers.location } : {}) };
      let body = '';
      const end = () => resolve({ ...known, body: body.slice(0, most) });
      answer.setEncoding('utf8').on('data', (text: string) => {
        body += text;
        if (body.length < most) return;
        end(); // before the request's own end, which would be no answer
        asked.destroy();
      });
      answer.on('close', end);
    });
    asked.on('timeout', () => asked.destroy()).on('close', () => resolve(undefined));
    asked.on('error', () => resolve(undefined));
  });
}
