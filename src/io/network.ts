/** This computer's own network: what is free on it, and what answers there. */
import { get as getHttp, type IncomingHttpHeaders, request as requestHttp } from 'node:http';
import { get, request as requestHttps } from 'node:https';
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
  headers: IncomingHttpHeaders;
  /** The beginning of the text, at most 64 kB. */
  body: string;
  /** Until when the certificate is valid. */
  until: Date;
}

/** `port`: of 127.0.0.1. `name`: the host that is asked for. `patience`: milliseconds without a byte. `headers`: besides that of the host. */
interface Question {
  port: number;
  name: string;
  path: string;
  patience?: number;
  headers?: Readonly<Record<string, string>>;
}

const most = 65_536;

/**
 * A request to this computer, as a visitor sends it; undefined when no answer comes in time. The certificate is not verified: this
 * computer need not trust the replica's CA.
 */
export function askHttps({ port, name, path, patience = 2_000, headers: more = {} }: Question) {
  return new Promise<Answer | undefined>((resolve) => {
    const options = { host: '127.0.0.1', port, path, servername: name, headers: { ...more, host: `${name}:${port}` } };
    const asked = get({ ...options, agent: false, rejectUnauthorized: false, timeout: patience }, (answer) => {
      const { valid_to } = (answer.socket as TLSSocket).getPeerCertificate();
      const { statusCode: status = 0, headers } = answer;
      const known = {
        status,
        headers,
        until: new Date(valid_to),
        ...(headers.location ? { location: headers.location } : {}),
      };
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

/** One request of a visitor to a port of 127.0.0.1. */
export interface Visit {
  port: number;
  secure: boolean;
  /** The host of the address, without the port. */
  name: string;
  /** The name that the certificate is for, where `name` is an address of this computer. */
  servername: string;
  /** As it goes into the request's first line. */
  path: string;
  headers: Record<string, string>;
  /** Whose certificates are trusted (PEM); undefined: the certificate is not looked at. */
  ca?: string | undefined;
  /** Milliseconds until the whole answer must have come. */
  patience: number;
  signal: AbortSignal;
}

export interface Visited {
  status: number;
  /** By lower-case name; several of a name are several values. */
  headers: Record<string, string[]>;
  /** Until the last byte; of a long answer, until what is read of it. */
  milliseconds: number;
  /** Of the body, as it came. */
  bytes: number;
}

/** What is read of a body: nobody looks at it, but an answer that was cut off is another one in the logs. */
const mostOfBody = 32 * 2 ** 20;

/** The answer, or in words why there was none. */
export function visit({ port, secure, name, servername, path, headers, ca, patience, signal }: Visit) {
  const started = performance.now();
  return new Promise<Visited | string>((resolve) => {
    const host = port === (secure ? 443 : 80) ? name : `${name}:${port}`;
    const asked = (secure ? requestHttps : requestHttp)({
      ...{ host: '127.0.0.1', port, path, headers: { host, ...headers }, agent: false, maxHeaderSize: 65_536 },
      ...(secure ? { servername, rejectUnauthorized: ca !== undefined, ...(ca ? { ca } : {}) } : {}),
      signal,
    });
    asked.on('response', (answer) => {
      const found: Record<string, string[]> = {};
      for (const [header, values] of Object.entries(answer.headersDistinct)) found[header] = values ?? [];
      let bytes = 0;
      const end = () =>
        resolve({ status: answer.statusCode ?? 0, headers: found, milliseconds: performance.now() - started, bytes });
      answer.on('data', (piece: Buffer) => {
        bytes += piece.length;
        if (bytes < mostOfBody) return;
        end();
        asked.destroy();
      });
      answer.on('end', end).on('error', (error) => resolve(error.message));
    });
    const late = AbortSignal.timeout(patience);
    late.addEventListener('abort', () => asked.destroy(new Error(`no answer within ${patience / 1000} s`)));
    asked.on('error', (error) => resolve(error.message));
    asked.end();
  });
}

/** The same by http: status and where a redirect leads; undefined when no answer comes in time. */
export function askHttp({ port, name, path, patience = 2_000 }: Question) {
  return new Promise<Pick<Answer, 'status' | 'location'> | undefined>((resolve) => {
    const options = { host: '127.0.0.1', port, path, headers: { host: `${name}:${port}` }, agent: false };
    const asked = getHttp({ ...options, timeout: patience }, ({ statusCode: status = 0, headers: { location } }) => {
      resolve({ status, ...(location ? { location } : {}) });
      asked.destroy();
    });
    asked.on('timeout', () => asked.destroy()).on('close', () => resolve(undefined));
    asked.on('error', () => resolve(undefined));
  });
}
