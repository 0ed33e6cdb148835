/** A visitor of a web machine or of a replica: one request, the whole answer. */
import { type IncomingHttpHeaders, request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  /** As they came. */
  bytes: Buffer;
  /** Decompressed. */
  text: string;
  /** What the micro-cache did: HIT, MISS, STALE, UPDATING, EXPIRED, BYPASS, OFF. */
  cache: string;
  milliseconds: number;
}

interface Asking {
  headers?: Record<string, string>;
  method?: string;
  body?: Buffer | string;
  /** Host name for TLS and the Host header, where the address is a loopback's. */
  host?: string;
}

/** Rejects when no whole answer came. The certificate is not looked at: whoever tests it says so. */
export function ask(url: string, { headers = {}, method = 'GET', body, host }: Asking = {}): Promise<Answer> {
  const started = performance.now();
  const { protocol, hostname, port, pathname, search } = new URL(url);
  const path = url.slice(url.indexOf('/', protocol.length + 2)) || pathname + search; // as written: URL would normalise it
  const send = protocol === 'https:' ? secureRequest : request;
  return new Promise((resolve, reject) => {
    const asked = send(
      {
        hostname,
        port,
        path,
        method,
        headers: { ...(host ? { host } : {}), ...headers },
        agent: false,
        maxHeaderSize: 65_536,
        ...(protocol === 'https:' ? { rejectUnauthorized: false, servername: host?.split(':')[0] ?? hostname } : {}),
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const bytes = Buffer.concat(chunks);
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            bytes,
            text: decoded(bytes, response.headers['content-encoding']),
            cache: String(response.headers['x-cache']),
            milliseconds: performance.now() - started,
          });
        });
      },
    );
    asked.on('error', reject).end(body);
  });
}

function decoded(bytes: Buffer, encoding?: string): string {
  if (bytes.length === 0) return '';
  if (encoding === 'gzip') return gunzipSync(bytes).toString();
  return (encoding === 'br' ? brotliDecompressSync(bytes) : bytes).toString();
}
