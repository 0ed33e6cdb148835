/** One request as a visitor's browser sends it, with an end to everything: bytes, time, and where it may lead. */
import { request as http, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as https } from 'node:https';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip } from 'node:zlib';
import { isOwnAddress, lookupElsewhere, ownNetworkWords } from './own-network.ts';

export interface Visited {
  status: number;
  headers: IncomingHttpHeaders;
  /** Unpacked, the first `most` bytes. */
  body: Buffer;
  /** Whether that is all of it. */
  isWhole: boolean;
  /** Bytes of the body as they came, compressed or not. */
  received: number;
  seconds: number;
}

export interface Visit {
  signal: AbortSignal;
  /** Bytes of the body. */
  most: number;
  accept: string;
  /** host:port that is asked instead of the URL's own, for the URL's name. Its certificate may be anybody's: it is the replica's. */
  via?: string | undefined;
  /** Whether the address may be one of this computer's own network: where the user has named it. */
  isNamed: boolean;
}

/** Why there was no answer is a sentence. Redirections are answers. */
export async function visit(url: URL, asked: Visit): Promise<Visited | string> {
  const { via, isNamed } = asked;
  if (!via && !isNamed && isOwnAddress(url.hostname)) return `${url.host} ${ownNetworkWords}`;
  const started = performance.now();
  try {
    const answer = await send(url, asked);
    const { body, isWhole, received } = await read(answer, asked);
    const { statusCode: status = 0, headers } = answer;
    return { status, headers, body, isWhole, received, seconds: (performance.now() - started) / 1000 };
  } catch (error) {
    return reasonOf(error as NodeJS.ErrnoException, url);
  }
}

function send(url: URL, { signal, accept, via, isNamed }: Visit): Promise<IncomingMessage> {
  const { protocol, host, hostname, pathname, search } = url;
  const [server = '', port] = via ? via.split(':') : [hostname.replace(/^\[|\]$/g, ''), url.port];
  const isEncrypted = protocol === 'https:';
  return new Promise((resolve, reject) => {
    const asking = (isEncrypted ? https : http)({
      ...{ host: server, path: pathname + search, signal, agent: false, maxHeaderSize: 64 * 1024 },
      ...(port ? { port } : {}),
      ...(via || isNamed ? {} : { lookup: lookupElsewhere }),
      ...(isEncrypted ? { servername: hostname, rejectUnauthorized: !via } : {}),
      headers: { host, accept, 'accept-encoding': 'gzip, br', 'user-agent': 'Mozilla/5.0 (compatible; bootdev check)' },
    });
    asking.on('error', reject).on('response', resolve).end();
  });
}

async function read(answer: IncomingMessage, { most }: Visit): Promise<Pick<Visited, 'body' | 'isWhole' | 'received'>> {
  let received = 0;
  answer.on('data', (piece: Buffer) => {
    received += piece.length;
  });
  const pieces: Buffer[] = [];
  let length = 0;
  try {
    for await (const piece of unpacked(answer)) {
      pieces.push(piece as Buffer);
      length += (piece as Buffer).length;
      if (length > most) break;
    }
  } finally {
    answer.destroy();
  }
  return { body: Buffer.concat(pieces).subarray(0, most), isWhole: length <= most, received };
}

function unpacked(answer: IncomingMessage): Readable {
  const encoding = answer.headers['content-encoding']?.trim().toLowerCase();
  const unpack = encoding === 'gzip' ? createGunzip() : encoding === 'br' ? createBrotliDecompress() : undefined;
  if (!unpack) return answer;
  answer.on('error', (error) => unpack.destroy(error));
  return answer.pipe(unpack);
}

function reasonOf({ code = '', message, name }: NodeJS.ErrnoException, url: URL): string {
  if (name === 'TimeoutError' || code === 'ABORT_ERR') return 'there was no answer in time';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `the name ${url.hostname} is not known`;
  if (code === 'ECONNREFUSED') return `nothing answers at ${url.host}`;
  if (/CERT|SIGNED|ISSUER|TLS|SSL/.test(code)) return `its certificate is not valid: ${message}`;
  return message || code;
}
